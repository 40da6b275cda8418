/** What YAML means by surprise: directives, tags, merge keys, numbers, duplicate and dangerous keys. Source: F4, T13. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import { either, pick, refused, ruleText, valid, type Family, type HostileInput } from './input.ts';

function directiveTable(): readonly HostileInput[] {
  const directives = [
    '%YAML 1.1',
    '%YAML 1.2',
    '%YAML 1.3',
    '%YAML',
    '%YAML 99999999999999999999.9',
    '%TAG ! tag:example.com,2000:',
    '%TAG !! tag:evil:',
    '%FOO bar',
    '% ',
    `%${'x'.repeat(10_000)}`,
    '%YAML 1.1\n%YAML 1.1',
    '%yaml 1.1',
  ];
  return directives.flatMap((directive) => [
    refused(`directive ${directive.slice(0, 40)}`, `${directive}\n---\n${ruleText()}`),
    refused(`directive ${directive.slice(0, 40)} without a start`, `${directive}\n${ruleText()}`),
    refused(`directive ${directive.slice(0, 40)} behind`, `${ruleText()}...\n${directive}\n---\na: 1\n`),
  ]);
}

function tagTable(): readonly HostileInput[] {
  const tags = [
    '!',
    '!!str',
    '!!int',
    '!!float',
    '!!bool',
    '!!null',
    '!!binary',
    '!!timestamp',
    '!!set',
    '!!omap',
    '!!pairs',
    '!!map',
    '!!seq',
    '!!merge',
    '!!js/function',
    '!!js/regexp',
    '!!js/undefined',
    '!!python/object/apply:os.system',
    '!ruby/object:Gem::Installer',
    '!local',
    '!<tag:yaml.org,2002:str>',
    '!e!x',
    '!!',
    `!${'x'.repeat(5_000)}`,
    '!%41',
    '!<',
    '!<>',
  ];
  return tags.flatMap((tag) => [
    refused(`tag ${tag.slice(0, 40)} on a value`, ruleText({ name: `${tag} Hostile` })),
    refused(`tag ${tag.slice(0, 40)} on a key`, ruleText({ more: `${tag} owner: me\n` })),
    refused(`tag ${tag.slice(0, 40)} on a map`, ruleText({ sample: `${tag} { service: shop }` })),
    refused(`tag ${tag.slice(0, 40)} on the file`, `${tag}\n${ruleText()}`),
  ]);
}

function mergeTable(): readonly HostileInput[] {
  return [
    refused('a merge key', ruleText({ more: '<<: { owner: me }\n' })),
    refused('a merge key with a list', ruleText({ more: '<<: [{ owner: me }]\n' })),
    refused('a merge key in braces', ruleText({ sample: '{ <<: { service: shop } }' })),
    refused('a tagged merge key', ruleText({ more: '!!merge <<: { owner: me }\n' })),
    refused('a quoted merge key', ruleText({ more: "'<<': { owner: me }\n" })),
    refused('two merge keys', ruleText({ more: '<<: { a: 1 }\n<<: { b: 1 }\n' })),
  ];
}

/** Values that a careless reader changes; as a name they must stay text or be refused. */
const SCALARS = [
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
  'true',
  'TRUE',
  'True',
  'tRUE',
  'null',
  '~',
  'Null',
  '012',
  '0o14',
  '0x1F',
  '0b11',
  '1_000',
  '12:30:45',
  '190:20:30',
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  '1e3',
  '1e400',
  '-1e400',
  '1e-400',
  '.inf',
  '-.INF',
  '.nan',
  '.NaN',
  '+1',
  '-0',
  '0.0',
  '1.',
  '.5',
  '-.5',
  '12345678901234567890',
  '9007199254740993',
  '-9007199254740993',
  '0x7fffffffffffffff',
  '0o7777777777777777777777',
  '1.0000000000000000000000001',
  '00',
  '-012',
  '+012',
  '0x',
  '0o9',
  '1e',
  '--1',
  '=',
  '<<',
  '-',
  '?',
  ':',
  '::',
  '-:',
  '.',
  '...',
  '---',
  '!',
  '&',
  '*',
  '%',
  '@',
  '`',
  '|',
  '>',
  '#',
  "'",
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
];

function scalarTable(): readonly HostileInput[] {
  return SCALARS.flatMap((scalar) => [
    either(`${scalar} as a name`, ruleText({ name: scalar })),
    either(`${scalar} in a sample`, ruleText({ sample: `{ service: shop, x: ${scalar} }` })),
    either(`${scalar} as a key`, ruleText({ sample: `{ ${scalar}: shop }` })),
    either(`${scalar} as a key of a block`, ruleText({ sample: `\n  ${scalar}: shop` })),
    either(`${scalar} as a query`, ruleText({ query: scalar })),
    either(`${scalar} as a condition`, ruleText({ condition: scalar })),
    either(`${scalar} as the file`, `${scalar}\n`),
  ]);
}

function duplicateTable(): readonly HostileInput[] {
  const pairs: readonly (readonly [first: string, second: string])[] = [
    ['owner', 'owner'],
    ['owner', "'owner'"],
    ['owner', '"owner"'],
    ['owner', '"own\\x65r"'],
    ['owner', '"\\u006fwner"'],
    ['owner', '? owner\n'],
    ['"ow\\\n  ner"', 'owner'],
    ['owner', '"owner" '],
    ['owner', '"\\U0000006fwner"'],
  ];
  return [
    ...pairs.map(([first, second]) =>
      refused(`${first} and ${second}`, ruleText({ more: `${first}: a\n${second}: b\n` })),
    ),
    ...pairs.map(([first, second]) =>
      refused(`${first} and ${second} in braces`, ruleText({ sample: `{ ${first}: a, ${second}: b }` })),
    ),
    refused('two ids', `id: good\n${ruleText()}`),
    refused('two kinds', `kind: workflow\n${ruleText()}`),
    refused('two lists of queries', ruleText({ more: "queries: [{ query: 'a' }]\n" })),
    valid('one key in two maps', ruleText({ sample: '{ x: 1 }' })),
  ];
}

const UNSAFE = [
  '__proto__',
  'constructor',
  'prototype',
  '"__pro\\x74o__"',
  "'__proto__'",
  '"\\u005f_proto__"',
];

/** T13: keys that reach the prototype of ordinary objects, at every level and in every language of the content. */
function prototypeTable(): readonly HostileInput[] {
  const inKeys = UNSAFE.flatMap((key) => [
    refused(`${key} at the top`, ruleText({ more: `${key}: { polluted: 1 }\n` })),
    refused(`${key} as an explicit key`, ruleText({ more: `? ${key}\n: { polluted: 1 }\n` })),
    refused(`${key} in a sample`, ruleText({ sample: `{ ${key}: { polluted: 1 } }` })),
    refused(`${key} in a query`, `queries:\n  - ${key}: { polluted: 1 }\n${ruleText()}`),
    refused(`${key} above prototype`, ruleText({ sample: `{ ${key}: { prototype: { polluted: 1 } } }` })),
    refused(`${key} as the file`, `${key}: { polluted: 1 }\n`),
    refused(
      `${key} in a test`,
      ruleText().replace("'@http.status_code': 500 }", `${key}: { polluted: 1 } }`),
    ),
    refused(`${key} in the configuration`, `stack: hostile\n${key}: { polluted: 1 }\n`, 'signalwright.yaml'),
  ]);
  const inTexts = [
    '__proto__',
    'constructor',
    'constructor.prototype',
    '__proto__.polluted',
    'toString',
    'hasOwnProperty',
  ];
  return [
    ...inKeys,
    ...inTexts.flatMap((text) => [
      either(`${text} as an attribute`, ruleText({ query: `'@${text}:1'` })),
      either(`${text} as a tag`, ruleText({ query: `'${text}:1'` })),
      either(`${text} as a group`, ruleText().replace('groupBy: [service]', `groupBy: ['@${text}']`)),
      either(`${text} in a message`, ruleText({ message: `'{{@${text}.polluted}} {{${text}}}'` })),
      either(`${text} as a label`, ruleText({ condition: `${text} > 1` })),
      either(
        `${text} as a dotted key`,
        ruleText({ sample: `{ '@${text}': 1, ${text.replace(/^_.*/, 'x')}: 2 }` }),
      ),
      either(`${text} as a kind`, ruleText().replace('detection-rule', text)),
      either(`${text} as an id`, ruleText().replace('id: hostile', `id: ${text}`)),
    ]),
  ];
}

function drawScalar(random: SeededRandom): HostileInput {
  const parts = Array.from({ length: 1 + random.below(4) }, () => pick(random, SCALARS));
  const scalar = parts.join(pick(random, ['', ' ', ': ', ', ', '#', ' #']));
  const place = pick<(text: string) => string>(random, [
    (text) => ruleText({ name: text }),
    (text) => ruleText({ query: text }),
    (text) => ruleText({ message: text }),
    (text) => ruleText({ sample: `{ service: ${text} }` }),
    (text) => ruleText({ sample: `\n  service: ${text}` }),
    (text) => ruleText({ sample: `\n  ${text}: shop` }),
  ]);
  return either(`the scalar ${scalar}`, place(scalar));
}

/** Blanks at the end of a block belong to it by a number, and not every reader counts. */
function blankEndTable(): readonly HostileInput[] {
  const blocks = ['|2\n         ', '>-2\n         ', '|1\n         x\n     ', '|1+\n       ', '|\n\t'];
  return blocks.flatMap((block) => [
    refused('blanks at the end of a message', ruleText({ message: block })),
    refused('blanks at the end of the file', `${ruleText()}owner: ${block}`),
  ]);
}

export const TRAPS: readonly Family[] = [
  { name: 'directives', table: directiveTable },
  { name: 'tags', table: tagTable },
  { name: 'merge keys', table: mergeTable },
  { name: 'scalars', table: scalarTable, draw: drawScalar },
  { name: 'duplicate keys', table: duplicateTable },
  { name: 'prototypes', table: prototypeTable },
  { name: 'ends of blocks', table: blankEndTable },
];
