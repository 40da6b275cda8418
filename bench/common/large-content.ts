/**
 * Content of an organisation: copies of published rules of Datadog, and of every hundred objects three suppressions, two
 * notification rules and a workflow.
 */

import { encodeCreate, type ApiClient } from '@signalwright/wire';
import { importedCopies, readRules, type Rule } from './imported-rules.ts';
import { CONFIG } from './large-org.ts';

/** Import looks at all files of a slice again and again. */
const SLICE = 500;
const PER_HUNDRED = { suppressions: 3, notices: 2, workflows: 1 } as const;

/** Those that the org takes and the API can create; they are gone again afterwards. */
export async function acceptedRules(client: ApiClient): Promise<readonly Rule[]> {
  const accepted: Rule[] = [];
  for (const published of readRules()) {
    const rule: Rule = { ...published, isPartner: false };
    if (rule['type'] === 'infrastructure_configuration' || isThirdParty(rule)) continue;
    const made = await client.rules.create(encodeCreate('detection-rule', rule));
    if (made.kind !== 'done') continue;
    accepted.push(rule);
    await client.rules.delete(made.value.id);
  }
  return accepted;
}

/** Copies get queries of their own, and the service makes those of such a rule. */
function isThirdParty({ options }: Rule): boolean {
  return (options as Readonly<Record<string, unknown>>)['detectionMethod'] === 'third_party';
}

/** Text by path, `signalwright.yaml` among it. */
export async function largeContent(
  objects: number,
  rules: readonly Rule[],
  log: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['signalwright.yaml', CONFIG]]);
  const { suppressions, notices, workflows } = PER_HUNDRED;
  const others = [
    { share: suppressions, fileOf: suppression },
    { share: notices, fileOf: notice },
    { share: workflows, fileOf: workflow },
  ].flatMap(({ share, fileOf }) =>
    Array.from({ length: Math.floor((objects * share) / 100) }, (_, index) => fileOf(index)),
  );
  for (const [path, text] of others) files.set(path, text);
  const count = objects - others.length;
  for (let first = 0; first < count; first += SLICE) {
    const slice = await importedCopies(rules, first, Math.min(SLICE, count - first));
    for (const [path, text] of slice) if (path.startsWith('rules/detection/')) files.set(path, text);
    log(`${files.size - 1} of ${objects} objects are written`);
  }
  return files;
}

function suppression(n: number): readonly [string, string] {
  return [
    `rules/suppression/quiet-${n}.yaml`,
    `kind: suppression
id: quiet-${n}
name: Quiet ${n}
owner: team-appsec
reason: Agreed with tenant ${n}.
ruleQuery: type:log_detection
expires: never
suppressSignals: env:staging @tenant.id:t${n}
`,
  ];
}

function notice(n: number): readonly [string, string] {
  return [
    `rules/notification/notice-${n}.yaml`,
    `kind: notification-rule
id: notice-${n}
name: Notice ${n}
owner: team-appsec
selectors: { severities: [critical, high], query: 'service:service-${n}' }
targets: ['@webhook-soc']
`,
  ];
}

function workflow(n: number): readonly [string, string] {
  return [
    `workflows/flow-${n}.yaml`,
    `kind: workflow
id: flow-${n}
name: Flow ${n}
owner: team-appsec
triggers: { security: {} }
steps:
  - id: review
    action: signalwright.signal.update
    with: { signal: '{{ Source.securitySignal.id }}', state: under_review }
`,
  ];
}
