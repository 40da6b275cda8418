/** What README.md shows is what the commands print, and no page names a command or an option that does not exist. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFromFiles, renderDiagnostic, type Workspace } from '@signalwright/content';
import { runContentTests } from '@signalwright/detect';
import { compareWorkspaces, renderMeaning } from '@signalwright/review';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const PATH = 'rules/detection/ssrf-probe.yaml';
const RULE = /```yaml\n(.*?)```/s.exec(README)?.[1] ?? '';

const same = (text: string): string => text;
const PLAIN = { bold: same, dim: same, red: same, green: same, yellow: same };

function load(text: string): ReturnType<typeof loadFromFiles> {
  return loadFromFiles(
    new Map([
      ['signalwright.yaml', 'stack: readme\n'],
      [PATH, text],
    ]),
  );
}

function workspaceOf(text: string): Workspace {
  const { workspace, diagnostics } = load(text);
  if (workspace === undefined) throw new Error(JSON.stringify(diagnostics));
  return workspace;
}

function edit(from: string, to: string): string {
  expect(RULE).toContain(from);
  return RULE.replace(from, () => to);
}

describe('the rule of README.md', () => {
  test('has no finding, and its tests pass', () => {
    // Remarks of the kind info ask for an owner and the like, which an example leaves out.
    expect(load(RULE).diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
    const outcomes = runContentTests(workspaceOf(RULE).objects).flatMap((each) => each.outcomes);
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.filter((outcome) => !outcome.passed)).toEqual([]);
  });

  test('with the mistake that is shown gives the finding that is shown, and no other', () => {
    const { diagnostics, sources } = load(edit('-@http.user_agent:acme-uptime/*', '-env:(staging OR dev'));
    const printed = diagnostics
      .filter(({ severity }) => severity !== 'info')
      .map((each) =>
        renderDiagnostic(each, sources.get(each.range.file), { color: false, width: 100 }).trimEnd(),
      );
    expect(printed).toHaveLength(1);
    expect(README).toContain(`\`\`\`text\n${printed.join('')}\n\`\`\``);
  });

  test('with a wider exclusion means what is shown', () => {
    const report = compareWorkspaces(workspaceOf(RULE), workspaceOf(edit('acme-uptime/*', 'acme-*')));
    const [, ...shown] = renderMeaning(report, PLAIN).trimEnd().split('\n\n');
    expect(README).toContain(`\`\`\`text\n${shown.join('\n\n')}\n\`\`\``);
  });
});

const HELP = join(ROOT, 'packages/cli/src/golden/help');
const COMMANDS = new Set(readdirSync(HELP).map((name) => name.replace('.txt', '')));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  '.github/workflows/ci.yml',
  ...['docs', '.github/examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => /\.(md|yml)$/.test(name))
      .map((name) => `${folder}/${name}`),
  ),
  ...readdirSync(join(ROOT, 'packages'))
    .map((room) => `packages/${room}/README.md`)
    .filter((page) => existsSync(join(ROOT, page))),
];

/** Code of a page; of a workflow file all of it. Elsewhere `signalwright` is a word of sentences. */
function codeOf(page: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll('\\\n', ' ');
  if (!page.endsWith('.md')) return text.replaceAll(/^ *#.*$/gm, '');
  return [...text.matchAll(/```(\w*)\n([^]*?)```|`([^`\n]+)`/g)]
    .filter(([, language]) => language !== 'text')
    .map(([, , block, span]) => block ?? span)
    .join('\n');
}

/** Each command with its options that a text names, as `plan --out`. */
function commandsIn(text: string): readonly string[] {
  // What npm installs is a package, and its name no command.
  const commands = text.replaceAll(/\bnpm install [^\n]*/g, '');
  return [...commands.matchAll(/(?:^|\s|\/)signalwright"? ([a-z][^\n#|&;>'`]*)/gm)].map((match) => {
    const words = (match[1] ?? '').trim().split(/\s+/);
    // A command is up to three words, `org users add`; the longest that there is counts.
    const names = [3, 2, 1].map((length) => words.slice(0, length).join('-'));
    const name = names.find((each) => COMMANDS.has(each)) ?? words[0] ?? '';
    const options = words.filter((word) => /^-./.test(word)).map((word) => word.replace(/=.*$/, ''));
    return [name, ...options].join(' ');
  });
}

/** Undefined where the command and all of its options are on its page of help. */
function unknownIn(written: string): string | undefined {
  const [name = '', ...options] = written.split(' ');
  if (!COMMANDS.has(name)) return `there is no "signalwright ${name}"`;
  const help = readFileSync(join(HELP, `${name}.txt`), 'utf8');
  const known = new Set(
    [...help.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)].flatMap((match) => (match[1] ?? '').split(/[ ,]+/)),
  );
  const unknown = options.filter((option) => !known.has(option));
  return unknown.length === 0 ? undefined : `"signalwright ${name}" has no ${unknown.join(', ')}`;
}

describe('commands on pages', () => {
  test('are found, and what does not exist is seen', () => {
    expect(
      commandsIn(
        'npx signalwright plan --out=x.json # all\n/bin/signalwright" run list --env prod\nsignalwright org users add x --name X',
      ),
    ).toEqual(['plan --out', 'run-list --env', 'org-users-add --name']);
    expect(unknownIn('plan --out --exit-code')).toBeUndefined();
    expect(unknownIn('plan --sweep')).toBe('"signalwright plan" has no --sweep');
    expect(unknownIn('destroy')).toBe('there is no "signalwright destroy"');
    expect(PAGES.flatMap((page) => commandsIn(codeOf(page))).length).toBeGreaterThan(20);
  });

  test.each(PAGES)('%s names only what exists', (page) => {
    expect(commandsIn(codeOf(page)).filter((written) => unknownIn(written) !== undefined)).toEqual([]);
  });
});
