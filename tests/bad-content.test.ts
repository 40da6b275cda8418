/**
 * Content that is wrong on purpose, and where the checker must say so. `bad-content/expected.txt` is read by a
 * person when it changes (`npx vitest run tests/bad-content.test.ts -u`): the text between « and » is what the caret
 * stands under.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixContent, loadWorkspace, renderDiagnostic } from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import { expect, test } from 'vitest';
import { MANIFEST } from './test-manifest.ts';

const ROOT = join(import.meta.dirname, 'bad-content');

/** Of what expires: the morning of a day that comments there name. */
const NOW_MS = Date.UTC(2026, 10, 27, 8);

test('every mistake is found at its exact place', async () => {
  const { workspace, diagnostics, sources } = await loadWorkspace(ROOT, {
    manifest: MANIFEST,
    everyEnvironment: true,
  });
  expect(workspace).toBeUndefined();
  const lines = diagnostics.map((each) => expectationLine(each, sources.get(each.range.file)));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(ROOT, 'expected.txt'));
});

test('other places that belong to a finding are named, in the same file and in others', async () => {
  const { diagnostics, sources } = await loadWorkspace(ROOT, { manifest: MANIFEST });
  const lines = diagnostics.flatMap((each) =>
    (each.related ?? []).map(({ message, range }) => {
      const place = expectationLine({ ...each, range }, sources.get(range.file));
      return `${each.range.file}:${each.range.start.line} ${each.code}\n  ${place.replace(/ (error|warning|info) \S+/, '')} ${message}`;
    }),
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(ROOT, 'related.txt'));
});

test('what is certain is mended, and then nothing is left to mend', async () => {
  const { sources } = await loadWorkspace(ROOT, { manifest: MANIFEST });
  const { changed, fixed } = fixContent(sources, { manifest: MANIFEST });
  const lines = fixed.map(
    ({ range, code, fix }) =>
      `${range.file}:${range.start.line}:${range.start.col} ${code} ${fix?.title ?? ''}`,
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(ROOT, 'fixed.txt'));
  const after = new Map([...sources, ...changed]);
  expect(fixContent(after, { manifest: MANIFEST })).toEqual({ changed: new Map(), fixed: [] });
});

test('there are at least 120 bad files', async () => {
  const { diagnostics } = await loadWorkspace(ROOT, { manifest: MANIFEST, everyEnvironment: true });
  expect(new Set(diagnostics.map((each) => each.range.file)).size).toBeGreaterThanOrEqual(120);
});

test.each(readdirSync(join(ROOT, 'roots')))('a folder that is wrong as a whole: %s', async (name) => {
  const { workspace, diagnostics, sources } = await loadWorkspace(join(ROOT, 'roots', name), {
    everyEnvironment: true,
    nowMs: NOW_MS,
  });
  expect(workspace).toBeUndefined();
  const lines = diagnostics.map((each) => expectationLine(each, sources.get(each.range.file)));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(ROOT, 'roots', name, 'expected.txt'));
});

test('each finding renders with its place, its code and a caret', async () => {
  const { diagnostics, sources } = await loadWorkspace(ROOT, { manifest: MANIFEST, everyEnvironment: true });
  for (const each of diagnostics) {
    const source = sources.get(each.range.file);
    const text = renderDiagnostic(each, source, { color: false, width: 100 });
    const [first = ''] = text.split('\n');
    expect(
      first.startsWith(
        `${each.range.file}:${each.range.start.line}:${each.range.start.col} ${each.severity} ${each.code} `,
      ),
    ).toBe(true);
    if (source !== undefined && source !== '') expect(text).toContain('^');
    // Nothing from a file may reach a terminal as a command.
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
  }
});

function expectationLine(diagnostic: Diagnostic, source: string | undefined): string {
  const { range, severity, code } = diagnostic;
  const line = source?.split('\n')[range.start.line - 1] ?? '';
  const end = range.end.line === range.start.line ? range.end.col - 1 : line.length;
  const marked = line.slice(range.start.col - 1, Math.max(end, range.start.col - 1));
  const shown = JSON.stringify(marked.length > 60 ? `${marked.slice(0, 59)}…` : marked).slice(1, -1);
  return `${range.file}:${range.start.line}:${range.start.col} ${severity} ${code} «${spellOut(shown)}»`;
}

function spellOut(text: string): string {
  return text.replace(
    /[^\u0020-\u007E…]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
