import { expect, test } from 'vitest';
import { compareWorkspaces } from './meaning/compare-workspaces.ts';
import type { MeaningReport } from './meaning/report.ts';
import { meaningDocument } from './meaning-document.ts';
import { say } from './phrase.ts';
import { renderMeaning, type TextStyles } from './render-meaning.ts';
import { shop } from './testing/shop-content.ts';

const PLAIN: TextStyles = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text,
};

const REPORT = compareWorkspaces(
  shop(),
  shop({
    'signalwright.yaml': [['192.0.2.0/24', '192.0.2.0/28']],
    'rules/detection/login-failures.yaml': [
      ['path:/login*', 'path:/login'],
      ['failures > 25', 'failures > 40'],
    ],
    'rules/suppression/office-egress.yaml': [[' env:staging', '']],
    'rules/detection/sqli-probe.yaml': [['[security:attack, ', '[security:attack, technique:T1190, ']],
  }),
);

test('the report as a terminal shows it', async () => {
  await expect(`${renderMeaning(REPORT, PLAIN)}\n`).toMatchFileSnapshot('golden/meaning.txt');
});

test('the report as programs read it', async () => {
  const text = `${JSON.stringify(meaningDocument(REPORT), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot('golden/meaning.json');
});

test('nothing changed is one line', () => {
  expect(renderMeaning(compareWorkspaces(shop(), shop()), PLAIN)).toBe('No change of content');
});

const PAYLOADS = [
  '\u001b[31mred',
  '\u001b]0;title\u0007',
  'a\rb',
  'x\n::add-mask::y',
  '::set-output name=x::y',
  '\u202egnp',
  '##[error]no',
];

test.each(PAYLOADS)('%j moves no cursor and starts no line', (payload) => {
  const [object] = REPORT.objects;
  if (object === undefined) throw new Error('something changed');
  const hostile: MeaningReport = {
    ...REPORT,
    config: [{ topic: 'x', weight: 'attention', text: say`may be blocked now: ${payload}` }],
    objects: [
      {
        ...object,
        headline: say`case ${payload} is gone`,
        notes: [{ topic: 'cases', weight: 'notice', text: say`case ${payload}` }],
        queries: object.queries.map((query) => ({
          ...query,
          reason: payload,
          because: {
            replaced: [{ before: payload, after: payload }],
            edited: [{ list: payload, removed: [payload], added: [payload] }],
            removed: [payload],
            added: [payload],
            joinedBy: 'and' as const,
          },
          newlyMatches: { lines: [{ path: payload, value: payload, decides: true }], omitted: 0 },
        })),
      },
    ],
  };
  const text = renderMeaning(hostile, PLAIN);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).not.toMatch(/^\s*::|##\[/m);
});

test('a key in a query that changed is shown as stars', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');
  const report = compareWorkspaces(
    shop(),
    shop({ 'rules/detection/login-failures.yaml': [['path:/login*', `path:/login ${key}`]] }),
  );
  for (const text of [renderMeaning(report, PLAIN), JSON.stringify(meaningDocument(report))]) {
    expect(text).not.toContain(key);
    expect(text).toContain('*'.repeat(20));
  }
});
