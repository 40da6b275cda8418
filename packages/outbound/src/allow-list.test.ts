import { describe, expect, test } from 'vitest';

import { allowedHostOf, parseAllowList, type AllowedHost } from './allow-list.ts';

function parsed(...entries: string[]): readonly AllowedHost[] {
  const result = parseAllowList(entries);
  if (!result.ok) throw new Error(result.message);
  return result.hosts;
}

const allows = (entry: string, url: string): boolean =>
  allowedHostOf(new URL(url), parsed(entry)) !== undefined;

describe('an entry', () => {
  test.each<[entry: string, url: string, allowed: boolean]>([
    ['hooks.example.com', 'https://hooks.example.com/x', true],
    ['hooks.example.com', 'https://HOOKS.example.COM:443/x', true],
    ['HOOKS.example.com', 'https://hooks.example.com/x', true],
    ['hooks.example.com', 'http://hooks.example.com/x', false],
    ['hooks.example.com', 'https://hooks.example.com:8443/x', false],
    ['hooks.example.com', 'https://hooks.example.com./x', false],
    ['hooks.example.com', 'https://a.hooks.example.com/x', false],
    ['hooks.example.com', 'https://hooks.example.com.evil.example/x', false],
    ['hooks.example.com', 'https://evilhooks.example.com/x', false],
    ['hooks.example.com:8443', 'https://hooks.example.com:8443/x', true],
    ['hooks.example.com:8443', 'https://hooks.example.com/x', false],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://evilexample.com/', false],
    ['https://siem.corp:8443', 'https://siem.corp:8443/', true],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/', true],
    ['http://127.0.0.1:8080', 'http://2130706433:8080/', true],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8081/', false],
    ['http://127.0.0.1:8080', 'https://127.0.0.1:8080/', false],
    ['http://127.0.0.1:8080', 'http://localhost:8080/', false],
    ['http://[::1]:8080', 'http://[0:0:0:0:0:0:0:1]:8080/', true],
    ['http://localhost:80', 'http://localhost/', true],
    ['müller.example', 'https://xn--mller-kva.example/', true],
  ])('%s and %s: %s', (entry, url, allowed) => {
    expect(allows(entry, url)).toBe(allowed);
  });

  test.each<[entry: string, inside: boolean]>([
    ['hooks.example.com', false],
    ['hooks.example.com:8443', false],
    ['127.0.0.1', false],
    ['https://hooks.example.com', false],
    ['https://hooks.example.com:443', true],
    ['http://127.0.0.1:8080', true],
    ['https://*.example.com:443', false],
  ])('%s may lead inside: %s', (entry, inside) => {
    expect(parsed(entry)[0]?.inside).toBe(inside);
  });

  test.each([
    '',
    ' ',
    '*',
    '*.com',
    'http://example.com',
    'ftp://example.com',
    'https://',
    'example.com/path',
    'user@example.com',
    'https://user:pw@example.com',
    'example.com:99999',
    'example.com:',
    'a b',
    'exa*mple.com',
    'example.com?x',
    'example.com#x',
    'exam\\ple.com',
    '*.*.example.com',
    '[::1',
    'example.com\n',
  ])('%j is refused and named', (entry) => {
    const result = parseAllowList(['good.example', entry]);
    expect(result).toMatchObject({ ok: false, entry });
  });
});
