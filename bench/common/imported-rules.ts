/**
 * Content as large as one likes: published rules of Datadog, brought in by `import`, each copied with texts of its own.
 * They have findings, since few have tests.
 */

import { readFileSync } from 'node:fs';
import { importPayloads, type ImportSource } from '@signalwright/content';
import { sharedData } from '../../scripts/harness/shared-data.ts';

const CONFIG = 'stack: bench\n';

/** Tells somebody of every severe signal; without it, each rule would have the finding that it tells nobody. */
const ROUTE = `kind: notification-rule
id: everything
name: Everything
owner: team-appsec
selectors:
  severities: [critical, high]
targets: ['@webhook-soc']
`;
const SHARED = new Map([
  ['signalwright.yaml', CONFIG],
  ['rules/notification/everything.yaml', ROUTE],
]);

export type Rule = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly message: string;
  readonly queries?: readonly Readonly<Record<string, unknown>>[];
};

/** As if a team had written them: rules that Datadog owns would be checked for their tests alone. */
export function readRules(): readonly Rule[] {
  const corpus = JSON.parse(readFileSync(sharedData('datadog-api/rule-corpus.json'), 'utf8')) as readonly {
    readonly rule: Rule;
  }[];
  return corpus.map(({ rule }) => ({ ...rule, isDefault: false, defaultRuleId: undefined }));
}

/** Files of one slice: no id, name, query or message occurs twice, in this slice or in another. */
export async function importedCopies(
  rules: readonly Rule[],
  first: number,
  count: number,
): Promise<ReadonlyMap<string, string>> {
  const sources = Array.from({ length: count }, (_, index): ImportSource => {
    const copy = first + index;
    const rule = rules[copy % rules.length] as Rule;
    const queries = rule.queries?.map((each) =>
      typeof each['query'] === 'string' && each['query'] !== ''
        ? { ...each, query: `${each['query']} -@tenant.id:t${copy}` }
        : each,
    );
    const payload = {
      ...rule,
      id: `copy-${copy}`,
      name: `${copy}: ${rule.name}`,
      message: `${rule.message}\n\nFor tenant ${copy}.`,
      ...(queries !== undefined && { queries }),
    };
    return { payload, kind: 'detection-rule', where: `rule ${copy}` };
  });
  const { objects, refused } = await importPayloads(SHARED, sources);
  if (refused.length > 0) throw new Error(`refused: ${refused[0]?.where ?? ''}: ${refused[0]?.reason ?? ''}`);
  return new Map([
    ...SHARED,
    ...objects.flatMap(({ files }) => files.map(({ file, text }) => [file, text] as const)),
  ]);
}
