/**
 * Looks for false differences: what an apply has left must read as what content says, and what an import has written
 * as what the org has. Over generated repositories with two environments, and over every real rule of the shared data,
 * once as rules of the org's own and once as rules that Datadog owns. The command line against an embedded org.
 */

import { defaultRulesOf } from '@signalwright/org';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { MissingData } from '../harness/shared-data.ts';
import { changesOf, planOf } from './gitops/read-plan.ts';
import { ownRuleBody, readRealRules, type RulePayload } from './gitops/real-rules.ts';
import { openEmptyStage, type Ran, type Stage } from './gitops/stage.ts';
import { generateContent } from './idempotence/generated-content.ts';

const SHORT = { repositories: 2, everyRule: 12 } as const;
const FULL = { repositories: 40, everyRule: 1 } as const;
const MAX_FAILURES_SHOWN = 20;
const CONFIG = 'stack: acme\nenvironments:\n  local: { target: embedded }\n';

export const proof: Proof = {
  name: 'idempotence',
  claim: 'After an apply, and after an import, the plan is empty and a second apply writes nothing.',
  run: async ({ short, seed, log }) => {
    const size = short ? SHORT : FULL;
    const failures: string[] = [];
    let tried = 0;
    const detail: Record<string, unknown> = {};
    for (let n = 0; n < size.repositories; n += 1) {
      const { objects, problems } = await tryRepository(seed + n);
      tried += objects;
      failures.push(...problems.map((problem) => `repository ${seed + n}: ${problem}`));
      log(`repository ${n + 1} of ${size.repositories}: ${objects} objects; ${failures.length} failed`);
    }
    try {
      const rules = readRealRules().filter((_, index) => index % size.everyRule === 0);
      const trials = { own: await tryOwnRules(rules), ofDatadog: await tryRulesOfDatadog(rules) };
      for (const [name, { objects, problems, ...counts }] of Object.entries(trials)) {
        tried += objects;
        failures.push(...problems.map((problem) => `real rules, ${name}: ${problem}`));
        detail[name] = { rules: rules.length, ...counts };
        log(`real rules, ${name}: ${JSON.stringify(detail[name])}`);
      }
    } catch (error) {
      if (!(error instanceof MissingData)) throw error;
      detail['skipped'] = `real rules: ${error.message}`;
      log(`skipped: real rules: ${error.message}`);
    }
    return {
      tried,
      failed: failures.length,
      detail: {
        repositories: size.repositories,
        ...detail,
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
      },
    };
  },
};

interface Trial {
  readonly objects: number;
  readonly problems: readonly string[];
}

/** Applied as one environment, then as the other over it; then an import into an empty folder has the same. */
async function tryRepository(seed: number): Promise<Trial> {
  const stage = await openEmptyStage();
  try {
    const content = generateContent(seededRandom(seed));
    for (const [path, text] of content) stage.write(path, text);
    stage.commit();
    const problems = [...(await settles(stage, 'local')), ...(await settles(stage, 'prod'))];
    const objects = planOf(await stage.run(['plan', '--env', 'prod', '--json'])).items.length;
    problems.push(...(await importsAnew(stage)));
    return { objects, problems };
  } finally {
    await stage.close();
  }
}

/** Applies, and looks for anything that is left. */
async function settles(
  stage: Stage,
  env: string,
  options: readonly string[] = [],
): Promise<readonly string[]> {
  const applied = await stage.run(['apply', '--yes', '--env', env, ...options]);
  if (applied.code !== 0)
    return [`apply of ${env} ended with ${applied.code}: ${applied.text.slice(-2_000)}`];
  return isSettled(stage, env);
}

async function isSettled(stage: Stage, env: string): Promise<readonly string[]> {
  const left = changesOf(planOf(await stage.run(['plan', '--env', env, '--json'])));
  const before = stage.writes.length;
  const again = await stage.run(['apply', '--yes', '--env', env]);
  const writes = stage.writes.slice(before);
  const drift = await stage.run(['drift', '--env', env, '--exit-code']);
  return [
    ...left.map((change) => `${env} still has: ${change}`),
    ...(again.code === 0 ? [] : [`the second apply of ${env} ended with ${again.code}: ${again.text}`]),
    ...writes.map((write) => `the second apply of ${env} wrote: ${write}`),
    ...(drift.code === 0 ? [] : [`${env} drifts: ${drift.text}`]),
  ];
}

/** What was applied is imported into a folder that has nothing but the name of the stack. */
async function importsAnew(stage: Stage): Promise<readonly string[]> {
  stage.git('rm', '-rq', 'rules', 'workflows');
  stage.git('clean', '-fdxq');
  stage.write('signalwright.yaml', CONFIG);
  stage.git('checkout', '-q', '--orphan', 'anew');
  const imported = await stage.run(['import', '--from', 'local']);
  stage.commit();
  return [
    ...endedWell(imported, 'import'),
    ...(await isSettled(stage, 'local')),
    ...(await importsNothing(stage)),
  ];
}

/** A second import finds every file as it should be. */
async function importsNothing(stage: Stage): Promise<readonly string[]> {
  const again = await stage.run(['import', '--from', 'local', '--all']);
  const changed = stage.git('status', '--porcelain').trim();
  return [
    ...endedWell(again, 'the second import'),
    ...(changed === '' ? [] : [`the second import changed: ${changed}`]),
  ];
}

function endedWell({ code, text }: Ran, what: string): readonly string[] {
  return code === 0 ? [] : [`${what} ended with ${code}: ${text.slice(-2_000)}`];
}

interface RealTrial extends Trial {
  readonly accepted: number;
  /** Of those that Datadog owns: it takes no changes of them, and import leaves them out. */
  readonly deprecated?: number;
  readonly imported: number;
  /** Why the org did not take the others: each reason with how many it is true of. */
  readonly refusals?: Readonly<Record<string, number>>;
}

/** Made by hand in an org, imported, and taken over. */
async function tryOwnRules(rules: readonly RulePayload[]): Promise<RealTrial> {
  const stage = await openEmptyStage();
  try {
    const refusals: Record<string, number> = {};
    for (const rule of rules) {
      const made = await stage.client.rules.create(ownRuleBody(rule));
      if (made.kind === 'done') continue;
      const reason = made.kind === 'refused' ? made.error.messages.join('; ') : made.reason;
      refusals[reason] = (refusals[reason] ?? 0) + 1;
    }
    const accepted = (await stage.census()).length;
    stage.write('signalwright.yaml', CONFIG);
    const problems = [...endedWell(await stage.run(['import', '--from', 'local']), 'import')];
    stage.commit();
    const { imported, ...taken } = await takeOver(stage, accepted);
    problems.push(...taken.problems, ...(await importsNothing(stage)));
    return { objects: imported, accepted, imported, refusals, problems };
  } finally {
    await stage.close();
  }
}

/** There before anybody, imported with what tunes them; nothing is tuned, so that no apply may write. */
async function tryRulesOfDatadog(rules: readonly RulePayload[]): Promise<RealTrial> {
  const { seeds } = defaultRulesOf(onceEach(rules));
  const stage = await openEmptyStage({ seeds });
  try {
    const accepted = seeds.length;
    const live = seeds.filter(({ fields }) => fields['isDeprecated'] !== true).length;
    stage.write('signalwright.yaml', CONFIG);
    const problems = [...endedWell(await stage.run(['import', '--from', 'local', '--all']), 'import')];
    stage.commit();
    const { imported, ...taken } = await takeOver(stage, live);
    problems.push(...taken.problems, ...(await importsNothing(stage)));
    return { objects: imported, accepted, deprecated: accepted - live, imported, problems };
  } finally {
    await stage.close();
  }
}

/** The shared data has some rules of Datadog as several orgs have them, under ids of their own; an org has one. */
function onceEach(rules: readonly RulePayload[]): readonly RulePayload[] {
  return [...new Map(rules.map((rule) => [rule['defaultRuleId'] ?? rule['id'], rule])).values()];
}

/** The mark is a tag: with it, nothing else may differ; and when it is there, nothing at all. */
async function takeOver(
  stage: Stage,
  expected: number,
): Promise<{ readonly imported: number; readonly problems: readonly string[] }> {
  const plan = planOf(await stage.run(['plan', '--adopt', '--json']));
  const imported = plan.items.length;
  const beyondMark = changesOf(plan).filter((change) => !/^update \S+: tags$/.test(change));
  const otherTags = plan.items.flatMap(({ change }) =>
    change.kind !== 'update'
      ? []
      : tagsBesideMark(change.before, change.after).map((tag) => `${change.address}: ${tag}`),
  );
  return {
    imported,
    problems: [
      ...(imported === expected ? [] : [`${imported} of ${expected} rules were imported`]),
      ...[...beyondMark, ...otherTags].map(
        (change) => `taking over differs in more than the mark: ${change}`,
      ),
      ...(await settles(stage, 'local', ['--adopt'])),
    ],
  };
}

function tagsBesideMark(before: RulePayload, after: RulePayload): readonly string[] {
  const [had, has] = [before, after].map(({ tags }) =>
    Array.isArray(tags) ? (tags as readonly string[]) : [],
  );
  const isSame = (has ?? []).filter((tag) => !tag.startsWith('signalwright:')).join() === (had ?? []).join();
  return isSame ? [] : [`${String(had)} became ${String(has)}`];
}
