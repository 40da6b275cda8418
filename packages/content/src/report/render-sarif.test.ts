import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { loadFromFiles, type LoadResult } from '../workspace.ts';
import { renderSarif } from './render-sarif.ts';

const RULE = 'rules/detection/failures.yaml';
const TEXT = `kind: detection-rule
id: failures
name: Failures
type: application_security
queries:
  - name: failures
    query: '@evt.name:login_failed 😀 service:'
cases:
  - condition: failures > 5
    severity: high
`;
const IGNORED = 'views/ignored.yaml';
const FILES: readonly (readonly [string, string])[] = [
  ['signalwright.yaml', 'stack: a\n'],
  [RULE, TEXT],
  [
    'rules/detection/näme #1.yaml',
    TEXT.replace('😀 service:', '(a').replace('severity: high', 'severty: high'),
  ],
  [
    IGNORED,
    "kind: saved-view\nid: ignored\nname: A\n# signalwright-ignore query/lower-case-operator: both are words here\nquery: 'a or b'\n",
  ],
];

/** The schema of OASIS as the package @microsoft/jest-sarif carries it; draft-04, of which it uses nothing that later drafts read otherwise. */
function officialSchema(): object {
  const require = createRequire(import.meta.url);
  const {
    $schema: _draft,
    id: _id,
    ...schema
  } = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<string, unknown>;
  return schema;
}

function load(files = FILES): LoadResult {
  return loadFromFiles(new Map(files));
}

interface Result {
  readonly ruleId: string;
  readonly locations: readonly { readonly physicalLocation: Place }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly justification: string }[];
  readonly relatedLocations?: readonly unknown[];
}
interface Place {
  readonly artifactLocation: { readonly uri: string };
  readonly region: Readonly<Record<string, number>>;
}

function sarif(
  loaded: LoadResult,
  docsUrl?: string,
): { readonly document: unknown; readonly results: readonly Result[] } {
  const text = renderSarif({
    ...loaded,
    prefix: 'security/',
    toolVersion: '1.2.3',
    pageOf: (code) => `# ${code}\n`,
    docsUrl,
  });
  const document = JSON.parse(text) as { readonly runs: readonly [{ readonly results: readonly Result[] }] };
  return { document, results: document.runs[0].results };
}

test('what is written is valid SARIF 2.1.0', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajvFormats.default(ajv);
  const validate = ajv.compile(officialSchema());
  for (const docsUrl of [undefined, 'https://example.com/lints/']) {
    const { document, results } = sarif(load(), docsUrl);
    expect(results.length).toBeGreaterThan(3);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  }
  // The schema is able to refuse.
  expect(validate({ version: '2.1.0', runs: [{ results: [{ level: 'fatal' }] }] })).toBe(false);
});

test('regions are in UTF-16 units, half-open, in a percent-encoded path from the root of the repository', () => {
  const { results } = sarif(load());
  const found = results.find(({ ruleId }) => ruleId === 'query/missing-value');
  expect(found?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: `security/${RULE}` },
    region: { startLine: 7, startColumn: 39, endLine: 7, endColumn: 47 },
  });
  const uris = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
  expect(uris).toContain('security/rules/detection/n%C3%A4me%20%231.yaml');
});

test('a fingerprint stays when lines move, and differs from its neighbours', () => {
  const names = (files: typeof FILES): readonly string[] =>
    sarif(load(files)).results.map(
      ({ ruleId, partialFingerprints }) => `${ruleId} ${partialFingerprints['primaryLocationLineHash']}`,
    );
  const moved = FILES.map(([file, text]) => [file, file === RULE ? `# a comment\n\n${text}` : text] as const);
  expect(names(moved)).toEqual(names(FILES));
  expect(new Set(names(FILES)).size).toBe(names(FILES).length);
  const changed = FILES.map(([file, text]) => [file, text.replace('service:', 'host:')] as const);
  expect(names(changed)).not.toEqual(names(FILES));
});

test('what a comment excuses is there, suppressed, with its reason', () => {
  const { results } = sarif(load());
  const suppressed = results.filter(({ suppressions }) => suppressions !== undefined);
  expect(suppressed).toMatchObject([
    {
      ruleId: 'query/lower-case-operator',
      suppressions: [
        {
          kind: 'inSource',
          status: 'accepted',
          justification: 'both are words here',
          location: { physicalLocation: { region: { startLine: 4, startColumn: 23 } } },
        },
      ],
    },
  ]);
});

test('other places and certain fixes go along', () => {
  const loaded = load([['signalwright.yaml', 'stack: a\nstack: b\n']]);
  const first = loaded.diagnostics.find(({ related }) => related !== undefined);
  if (first === undefined) throw new Error('nothing was found');
  const fix = { title: 'Remove it', edits: [{ range: first.range, text: '' }] };
  const { document } = sarif({ ...loaded, diagnostics: [{ ...first, fix }] });
  expect(document).toMatchObject({
    runs: [
      {
        results: [
          {
            relatedLocations: [{ id: 0, message: { text: 'First written here.' } }],
            fixes: [
              {
                description: { text: 'Remove it' },
                artifactChanges: [
                  {
                    artifactLocation: { uri: 'security/signalwright.yaml' },
                    replacements: [{ deletedRegion: { startLine: 2 }, insertedContent: { text: '' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
});
