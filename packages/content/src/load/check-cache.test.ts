/** A check with a cache says what a check without one says, and looks only at what it has to. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONFIG_FILE, FOLDERS } from '../folders.ts';
import { checkFiles, type CheckResult } from '../workspace.ts';
import { CheckCache } from './check-cache.ts';

type Files = ReadonlyMap<string, string>;

const CONTENT = join(import.meta.dirname, '..');

/** Content with everything in it, and beside it what lints find fault with: each under the name of its lint. */
const POOL: Files = new Map([
  ...readFolder(join(CONTENT, 'load-mutations')),
  ...readdirSync(join(CONTENT, 'lints'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      [...readFolder(join(CONTENT, 'lints', name))]
        .filter(([file]) => file.endsWith('.yaml'))
        .map(([file, text]) => {
          const kind = /^kind: (\S+)/m.exec(text)?.[1] as keyof typeof FOLDERS;
          return [`${FOLDERS[kind]}/${name}-${file}`, text] as const;
        }),
    ),
]);
const NAMES = [...POOL.keys()].filter((file) => file !== CONFIG_FILE);

function readFolder(folder: string): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const;
    }),
  );
}

const CONFIGS = [
  POOL.get(CONFIG_FILE) ?? '',
  'stack: fuzz\n',
  'stack: other\nlints: { lint/no-tests: off }\n',
  'stack: fuzz\nenvironments:\n  a: { target: embedded, variables: { TEAM: x, LIMIT: 3, LOUD: false } }\n  b: { target: embedded, variables: { TEAM: y, LIMIT: 3 }, overrides: { detection-rule/full: { enabled: false } } }\n',
  'stack: [broken\n',
];

/** What somebody may do to a folder between two checks. `from` and `to` choose a file, and the words of it. */
type Edit = readonly [kind: (typeof EDITS)[number], from: number, to: number, word: number];
const EDITS = [
  'add',
  'add',
  'remove',
  'rename',
  'swap-words',
  'swap-words',
  'swap-ids',
  'vary',
  'break',
  'config',
  'none',
] as const;

function edited(files: Files, [kind, from, to, word]: Edit): Files {
  const next = new Map(files);
  const names = [...files.keys()].filter((file) => file !== CONFIG_FILE);
  const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? '';
  const [name, other] = [pick(names, from), pick(names, to)];
  const [text, otherText] = [files.get(name) ?? '', files.get(other) ?? ''];
  const wordsOf = (of: string): readonly string[] => of.match(/[\w@.-]{2,}/g) ?? ['x'];
  switch (kind) {
    case 'add':
      return next.set(pick(NAMES, from), POOL.get(pick(NAMES, from)) ?? '');
    case 'remove':
      next.delete(name);
      return next;
    case 'rename':
      next.delete(name);
      return next.set(
        name.replace(/[^/]*$/, (base) => `x${to % 3}-${base}`),
        text,
      );
    case 'swap-words':
      return next.set(name, text.replace(pick(wordsOf(text), word), pick(wordsOf(otherText), word + to)));
    case 'swap-ids':
      return next.set(
        name,
        text.replace(/^(id|name|layoutOf|remoteId): .*$/m, (line) => {
          const key = line.slice(0, line.indexOf(':'));
          return otherText.split('\n').find((each) => each.startsWith(`${key}:`)) ?? line;
        }),
      );
    case 'vary':
      return next.set(name, text.replace(/^(name|id): (.*)$/m, '$1: ${var.TEAM}-$2'));
    case 'break':
      return next.set(name, `${text}\n- ]`);
    case 'config':
      return next.set(CONFIG_FILE, pick(CONFIGS, from));
    case 'none':
      return next;
  }
}

const NOW = Date.parse('2026-06-01T00:00:00Z');

function check(files: Files, everyEnvironment: boolean, cache?: CheckCache): Omit<CheckResult, 'sources'> {
  const { sources: _sources, ...said } = checkFiles(files, { nowMs: NOW, everyEnvironment, cache });
  return said;
}

function updated(text: string, cache: CheckCache): string {
  const update = cache.update();
  if (update.kind === 'nothing') return text;
  return update.kind === 'append' ? text + update.text : update.text;
}

test('whatever is done to the files: with a cache the same is said as without one', () => {
  const edit = fc.tuple(fc.constantFrom(...EDITS), fc.nat(200), fc.nat(200), fc.nat(200));
  const rounds = fc.array(
    fc.tuple(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean()),
    {
      minLength: 2,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(
      fc.nat(CONFIGS.length),
      fc.shuffledSubarray(NAMES, { minLength: 5, maxLength: 40 }),
      rounds,
      (config, names, all) => {
        let files: Files = new Map([
          [CONFIG_FILE, CONFIGS[config] ?? ''],
          ...names.map((name) => [name, POOL.get(name) ?? ''] as const),
        ]);
        let cache = new CheckCache('p');
        let text = '';
        for (const [edits, isWritten, everyEnvironment] of all) {
          files = edits.reduce(edited, files);
          expect(check(files, everyEnvironment, cache)).toEqual(check(files, everyEnvironment));
          if (!isWritten) continue;
          text = updated(text, cache);
          cache = CheckCache.fromText(text, 'p');
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

const CONFIG = 'stack: shop\n';

function rule(id: string, more = ''): readonly [file: string, text: string] {
  const text = `kind: detection-rule
id: ${id}
name: Rule ${id}
type: application_security
owner: team-appsec
queries: [{ query: '@evt.name:${id}' }]
cases: [{ condition: a > 1, severity: high }]
message: m
${more}`;
  return [`rules/detection/${id}.yaml`, text];
}

const SUPPRESSION = `kind: suppression
id: scan
name: Scan
owner: team-appsec
reason: Ours.
rules: [one]
expires: 2027-01-01T00:00:00Z
excludeEvents: '@evt.name:other'
`;

const NOTIFICATION = `kind: notification-rule
id: urgent
name: Urgent
owner: team-appsec
selectors: { severities: [high] }
targets: ['@slack-appsec']
`;

const SHOP: Files = new Map([
  [CONFIG_FILE, CONFIG],
  ...['one', 'two', 'three'].map((id) => rule(id)),
  ['rules/suppression/scan.yaml', SUPPRESSION],
  ['rules/notification/urgent.yaml', NOTIFICATION],
]);
/** Its YAML, its object, its check. */
const WHOLE_FILE = 3;

/** An edit, and how many answers it takes to say what it means. */
const COSTS: readonly [edit: string, change: (files: Map<string, string>) => void, misses: number][] = [
  ['nothing', () => undefined, 0],
  ['a rule that nobody speaks of', (files) => files.set(...rule('two', '# a remark\n')), WHOLE_FILE],
  // The suppression reads the rule; the others do not.
  ['a rule that a suppression names', (files) => files.set(...rule('one', '# a remark\n')), WHOLE_FILE + 1],
  ['one rule more', (files) => files.set(...rule('four')), WHOLE_FILE],
  ['one rule less', (files) => files.delete('rules/detection/two.yaml'), 0],
  [
    'the name of a notification rule',
    (files) =>
      files.set('rules/notification/urgent.yaml', NOTIFICATION.replace('name: Urgent', 'name: Pager')),
    WHOLE_FILE,
  ],
  // Three rules have a case that now tells nobody.
  [
    'whom a notification rule tells',
    (files) => files.set('rules/notification/urgent.yaml', NOTIFICATION.replace('[high]', '[low]')),
    WHOLE_FILE + 3,
  ],
  // What is said of the two is an answer too, and so are their shapes.
  [
    'a rule that does what another does',
    (files) => files.set('rules/detection/two.yaml', rule('one')[1].replace('id: one', 'id: two')),
    WHOLE_FILE + 4,
  ],
  [
    'a remark in the configuration',
    (files) => files.set(CONFIG_FILE, `${CONFIG}# a remark\n`),
    5 * WHOLE_FILE,
  ],
];

test.each(COSTS)('%s: only what it concerns is looked at again', (_edit, change, misses) => {
  const cache = new CheckCache('p');
  check(SHOP, true, cache);
  const files = new Map(SHOP);
  change(files);
  const said = check(files, true, cache);
  expect(cache.counts.misses).toBe(misses);
  expect(said).toEqual(check(files, true));
});

const WORKFLOW = `kind: workflow
id: block
name: Block
owner: team-appsec
triggers: { security: {} }
steps: [{ id: wait, action: core.sleep, with: { for: 1s } }]
`;

const ALL = NOTIFICATION.replace('urgent', 'all')
  .replace('Urgent', 'All')
  .replace('{ severities: [high] }', '{}');

type Texts = Readonly<Record<string, string | undefined>>;

/** What another file said before and says now, and what that means for a file that did not change. */
const CONCERNS: readonly [
  what: string,
  file: readonly [file: string, text: string],
  before: Texts,
  after: Texts,
  code: string,
][] = [
  [
    'a rule with errors is no rule that is missing, and then it is',
    ['rules/suppression/scan.yaml', SUPPRESSION],
    { 'rules/detection/one.yaml': 'kind: detection-rule\nid: one\n' },
    { 'rules/detection/one.yaml': undefined },
    'link/unknown-rule',
  ],
  [
    'the id that was meant',
    ['rules/suppression/scan.yaml', SUPPRESSION.replace('[one]', '[threes]')],
    { 'rules/detection/three.yaml': undefined },
    {},
    'link/unknown-rule',
  ],
  [
    'a workflow that a rule names by its handle',
    rule('one', '').map((text) => text.replace('high }', "high, notifications: ['@workflow-block'] }")) as [
      string,
      string,
    ],
    { 'workflows/block.yaml': WORKFLOW },
    { 'workflows/block.yaml': WORKFLOW.replace('triggers: { security: {} }', 'triggers: { api: {} }') },
    'link/workflow-not-started',
  ],
  [
    'a workflow that is told by its id',
    ['rules/notification/urgent.yaml', NOTIFICATION.replace("'@slack-appsec'", 'workflow: block')],
    { 'workflows/block.yaml': WORKFLOW },
    { 'workflows/block.yaml': `${WORKFLOW}inputs: { minutes: { type: number } }\n` },
    'link/missing-input',
  ],
  [
    'a notification rule that tells the same, and moved',
    ['rules/notification/urgent.yaml', NOTIFICATION],
    { 'rules/notification/all.yaml': ALL },
    { 'rules/notification/everything.yaml': ALL },
    'lint/told-twice',
  ],
];

test.each(CONCERNS)('%s', (_what, [file, text], before, after, code) => {
  const filesWith = (texts: Texts): Files => {
    const files = new Map(SHOP).set(file, text);
    for (const [name, other] of Object.entries(texts)) {
      if (other === undefined) files.delete(name);
      else files.set(name, other);
    }
    return files;
  };
  const cache = new CheckCache('p');
  expect(check(filesWith(before), true, cache)).toEqual(check(filesWith(before), true));
  const said = check(filesWith(after), true, cache);
  expect(said).toEqual(check(filesWith(after), true));
  expect(said.diagnostics.filter(({ range }) => range.file === file).map((each) => each.code)).toContain(
    code,
  );
  expect(said.diagnostics).not.toEqual(check(filesWith(before), true).diagnostics);
});

describe('a cache that is read', () => {
  function textOf(files = SHOP, before = ''): string {
    const cache = CheckCache.fromText(before, 'p');
    check(files, true, cache);
    return updated(before, cache);
  }

  test('answers everything, and then there is nothing to write', () => {
    const cache = CheckCache.fromText(textOf(), 'p');
    expect(check(SHOP, true, cache)).toEqual(check(SHOP, true));
    expect(cache.counts).toEqual({ hits: 5 * WHOLE_FILE, misses: 0, filesLookedAt: 0 });
    expect(cache.update()).toEqual({ kind: 'nothing' });
  });

  test('grows by what changed, and is written anew when most of it no longer counts', () => {
    let text = textOf();
    const lines = (): number => text.split('\n').length - 2;
    const seen = Array.from({ length: 12 }, (_, index) => {
      text = textOf(new Map([...SHOP, rule('two', `# ${index}\n`)]), text);
      return lines();
    });
    expect(seen).toEqual([6, 7, 8, 9, 10, 5, 6, 7, 8, 9, 10, 5]);
  });

  test('forgets files that are gone, when it is written anew', () => {
    let text = textOf();
    for (let index = 0; index < 6; index += 1) {
      const files = new Map([...SHOP, rule('one', `# ${index}\n`)]);
      files.delete(rule('two')[0]);
      text = textOf(files, text);
    }
    expect(text).not.toContain(rule('two')[0]);
  });

  test('is brought up to date after several checks at once', () => {
    const before = textOf();
    const cache = CheckCache.fromText(before, 'p');
    const [one, two] = [rule('one', '# 1\n'), rule('two', '# 2\n')];
    check(new Map([...SHOP, one]), true, cache);
    check(new Map([...SHOP, one, two]), true, cache);
    const again = CheckCache.fromText(updated(before, cache), 'p');
    check(new Map([...SHOP, one, two]), true, again);
    expect(again.counts.misses).toBe(0);
    expect(cache.update()).toEqual({ kind: 'nothing' });
  });

  test('of other content is written anew, however often it was asked before that', () => {
    const other = new Map(SHOP).set(CONFIG_FILE, 'stack: other\n');
    const cache = CheckCache.fromText(textOf(), 'p');
    check(other, true, cache);
    check(other, true, cache);
    expect(cache.update().kind).toBe('replace');
  });

  test('knows files with any name', () => {
    const files = new Map(
      [...SHOP].map(([file, text]) => [file.replace('two', 'zwö"\\\t\u{1f600}'), text] as const),
    );
    const cache = CheckCache.fromText(textOf(files), 'p');
    expect(check(files, true, cache)).toEqual(check(files, true));
    expect(cache.counts.misses).toBe(0);
    expect(textOf(files)).toMatch(/^[\0-\x7f]*$/);
  });

  const WRONG: readonly [what: string, text: string, misses: number][] = [
    ['of another program', textOf().replace('["p"', '["q"'), 15],
    ['whose first line is broken', textOf().replace('["p"', '["p" '), 15],
    ['whose last line is cut off', textOf().slice(0, -7), WHOLE_FILE],
    ['with a byte changed', textOf().replace('"id":"one"', '"id":"two"'), WHOLE_FILE],
    ['with a name changed', textOf().replace('/one.yaml"\t', '/own.yaml"\t'), WHOLE_FILE],
    ['with a line that is none', `${textOf()}x\n\n\t\n`, 0],
    ['that is empty', '', 15],
    ['that is something else', '{"files":{}}\n{}\n', 15],
  ];
  test.each(WRONG)('%s: what is broken is left out', (_what, text, misses) => {
    const cache = CheckCache.fromText(text, 'p');
    expect(check(SHOP, true, cache)).toEqual(check(SHOP, true));
    expect(cache.counts.misses).toBe(misses);
    expect(check(SHOP, true, CheckCache.fromText(updated(text, cache), 'p'))).toEqual(check(SHOP, true));
  });
});
