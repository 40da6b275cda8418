/**
 * The whole story of a team that takes an org over: real rules that people made are imported and marked, twenty are
 * changed in git, the apply is killed five times at random writes (SIGKILL of a real process of the command), somebody
 * changes and deletes rules by hand, one part of that is adopted and the other reverted, and an earlier commit is gone
 * back to. Whenever an apply has ended, the org must be what git says: by its raw lists beside `compile`, not by our plan
 * alone. What is told on the way is the story to read. Source: issue 5, "Shows".
 */

import type { Plan } from '@signalwright/sync';
import { createApiClient, type ApiClient } from '@signalwright/wire';
import type { Proof } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { changesOf, planOf } from './gitops/read-plan.ts';
import { ownRuleBody, readRealRules } from './gitops/real-rules.ts';
import { openEmptyStage, type Ran, type Stage } from './gitops/stage.ts';
import { differencesOfOrg, listRules } from './gitops-story/compare-org.ts';
import { HAND_EDITS, editRule } from './gitops-story/edit-rule.ts';
import { WatchedServer, randomKill, runProcess } from './gitops-story/killed-apply.ts';

const CONFIG = 'stack: acme\nenvironments:\n  prod: { target: embedded }\n';
/** In the form for CI every so manieth of the 500. */
const SHORT_EVERY = 12;
const CHANGES = 20;
const KILLS = 5;
const HAND = 'hand@example.test';
const MAX_FAILURES_SHOWN = 20;
/** Of an answer of the command, what belongs into a story. */
const MAX_LINES_TOLD = 12;

export const proof: Proof = {
  name: 'gitops-story',
  claim:
    'Imported, changed, killed, drifted, adopted, reverted and rolled back, an org ends exactly as git says.',
  run: async ({ short, seed, log }) => {
    const rules = readRealRules().filter((_, index) => !short || index % SHORT_EVERY === 0);
    const stage = await openEmptyStage({ nowMs: Date.now });
    const server = await WatchedServer.open(stage);
    const story = new Story(stage, server, seededRandom(seed), log);
    try {
      await story.importOrg(rules.map(ownRuleBody));
      await story.takeOver();
      const before = stage.git('rev-parse', 'HEAD').trim();
      await story.change();
      await story.drift();
      await story.goBack(before);
      await story.end();
    } finally {
      await server.close();
      await stage.close();
    }
    const { tried, failures, figures } = story;
    return {
      tried,
      failed: failures.length,
      detail: {
        rules: rules.length,
        ...figures,
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
      },
    };
  },
};

class Story {
  tried = 0;
  readonly failures: string[] = [];
  readonly figures: Record<string, unknown> = {};
  readonly #stage: Stage;
  readonly #server: WatchedServer;
  readonly #random: SeededRandom;
  readonly #log: (line: string) => void;
  /** Of a rule that is nobody's of us. */
  #foreignId = '';

  constructor(stage: Stage, server: WatchedServer, random: SeededRandom, log: (line: string) => void) {
    this.#stage = stage;
    this.#server = server;
    this.#random = random;
    this.#log = log;
  }

  async importOrg(bodies: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const refused: Record<string, number> = {};
    for (const body of bodies) {
      const made = await this.#stage.client.rules.create(body);
      if (made.kind === 'done') continue;
      const reason = made.kind === 'refused' ? made.error.messages.join('; ') : made.reason;
      refused[reason] = (refused[reason] ?? 0) + 1;
    }
    const there = (await listRules(this.#stage)).length;
    Object.assign(this.figures, { accepted: there, refused });
    this.#log(
      `People have made ${there} of ${bodies.length} real rules in an org; it refused the others: ${JSON.stringify(refused)}`,
    );
    this.#stage.write('signalwright.yaml', CONFIG);
    const imported = await this.#run(['import', '--from', 'prod', '--json'], 'quietly');
    const { counts } = JSON.parse(imported.out) as { readonly counts: { readonly created: number } };
    this.#holds(counts.created === there, `${counts.created} of ${there} rules were imported`);
    this.#stage.commit();
    this.#log(`$ signalwright import --from prod\n  ${counts.created} files, committed`);
  }

  async takeOver(): Promise<void> {
    const plan = await this.#plan(['--adopt']);
    const beyond = changesOf(plan).filter((change) => !/^update \S+: tags$/.test(change));
    this.#holds(beyond.length === 0, `taking over changes more than the mark: ${beyond.join('; ')}`);
    await this.#applyWhole(['--adopt'], 'taken over');
    await this.#isAsGitSays('taken over');
  }

  async change(): Promise<void> {
    const files = this.#pick(this.#stage.git('ls-files', 'rules/detection').trim().split('\n'), CHANGES);
    files.forEach((file, turn) => editRule(this.#stage, file, turn));
    this.#stage.commit();
    this.#log(`${CHANGES} rules are changed in git, and the plan is written to a file`);
    const { update, others } = countUpdates(await this.#plan(['--out', 'plan.json']));
    this.#holds(update === CHANGES && others === 0, `the plan has ${update} updates and ${others} others`);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const when = randomKill(this.#random);
      const ran = await this.#apply(['--plan', 'plan.json'], when);
      this.#holds(ran === undefined, `kill ${kill} came too late: ${ran?.text ?? ''}`);
      const moment = when.isCarriedOut ? 'after the org carried out' : 'before the org saw';
      this.#log(`  kill ${kill}: SIGKILL ${moment} write ${when.atWrite}`);
    }
    await this.#applyWhole(['--plan', 'plan.json'], 'after five kills');
    await this.#isAsGitSays('after five kills');
  }

  async drift(): Promise<void> {
    const hand = await this.#otherPerson();
    const made = await hand.rules.create({ ...ownRuleBody(readRealRules()[0] ?? {}), name: 'Made by hand' });
    if (made.kind === 'done') this.#foreignId = made.value.id;
    const ours = (await listRules(this.#stage)).filter(({ id }) => id !== this.#foreignId);
    const touched = this.#pick(ours, 2 * HAND_EDITS.length + 1);
    const [deleted, ...changed] = touched;
    const edited = changed.map(({ id }) => String(id));
    for (const [index, rule] of changed.entries()) {
      const id = String(rule['id']);
      const outcome = await hand.rules.update(id, HAND_EDITS[index % HAND_EDITS.length]?.(rule) ?? {});
      this.#holds(outcome.kind === 'done', `${id} could not be changed by hand: ${JSON.stringify(outcome)}`);
    }
    await hand.rules.delete(String(deleted?.['id']));
    this.#log(`${HAND} changes ${edited.length} rules by hand, deletes one, and makes one of their own`);
    const said = await this.#run(['drift', '--env', 'prod', '--exit-code']);
    this.#holds(said.code === 2, `drift ended with ${said.code}`);
    const named = said.text.split(`by ${HAND}`).length - 1;
    this.#holds(named >= touched.length, `drift names ${HAND} ${named} times for ${touched.length} rules`);
    await this.#adoptSome(edited.slice(0, HAND_EDITS.length));
    await this.#applyWhole([], 'the rest reverted');
    await this.#isAsGitSays('drift adopted and reverted');
  }

  async #adoptSome(ids: readonly string[]): Promise<void> {
    const addresses = (await this.#plan([])).items.flatMap(({ address, remote }) =>
      remote !== undefined && ids.includes(remote.id) ? [address] : [],
    );
    this.#log('What was changed in three rules is right: it is adopted, and the files change');
    const adopted = await this.#run(['drift', '--env', 'prod', '--adopt', ...addresses]);
    const files = this.#stage.git('status', '--porcelain', '--', 'rules').trim().split('\n').length;
    this.#holds(
      adopted.code === 0 && files === ids.length,
      `adopting edited ${files} files: ${adopted.text}`,
    );
    this.#stage.commit();
  }

  async goBack(commit: string): Promise<void> {
    this.#log('All of it was a mistake: back to the commit before the changes');
    await this.#applyWhole(['--to', commit], 'rolled back');
    this.#stage.git('checkout', '-q', commit, '--', 'rules');
    this.#stage.commit();
    await this.#isAsGitSays('rolled back');
  }

  async end(): Promise<void> {
    const history = await this.#run(['history', 'verify', '--env', 'prod']);
    this.#holds(history.code === 0, `the journal does not verify: ${history.text}`);
    const foreign = (await listRules(this.#stage)).find(({ id }) => id === this.#foreignId);
    this.#holds(
      foreign?.['version'] === 1,
      `the rule that is not ours was touched: ${JSON.stringify(foreign)}`,
    );
    const before = this.#stage.writes.length;
    await this.#run(['apply', '--env', 'prod', '--yes']);
    this.#holds(this.#stage.writes.length === before, 'another apply writes');
  }

  /** By the raw lists of the org, by our plan, and by `drift`. */
  async #isAsGitSays(when: string): Promise<void> {
    const different = await differencesOfOrg(this.#stage);
    const { length } = await listRules(this.#stage);
    this.tried += length;
    this.failures.push(...different.map((difference) => `${when}: ${difference}`));
    const left = changesOf(await this.#plan([], 'quietly'));
    this.#holds(left.length === 0, `${when}, the plan is not empty: ${left.join('; ')}`);
    const drift = await this.#run(['drift', '--env', 'prod', '--exit-code'], 'quietly');
    this.#holds(drift.code === 0, `${when}, there is drift: ${drift.text}`);
    this.#log(
      `  = ${when}: ${length} rules of the org read one by one, ${different.length} differ from git; the plan is ${left.length === 0 ? 'empty' : 'not empty'}`,
    );
  }

  async #plan(options: readonly string[], how?: 'quietly'): Promise<Plan> {
    const plan = planOf(await this.#run(['plan', '--env', 'prod', '--json', ...options], 'quietly'));
    const { update, others } = countUpdates(plan);
    if (how === undefined)
      this.#log(
        `$ signalwright plan --env prod ${options.join(' ')}\n  ${update} to update, ${others} others, ${plan.items.length} rules`,
      );
    return plan;
  }

  async #applyWhole(options: readonly string[], what: string): Promise<void> {
    const ran = await this.#apply(options);
    this.#holds(
      ran?.code === 0,
      `apply (${what}) ended with ${ran?.code ?? 'a signal'}: ${ran?.text.slice(-2_000) ?? ''}`,
    );
    const counts = ran?.text.split('\n').findLast((line) => /applied|unchanged/.test(line));
    this.#log(`$ signalwright apply --env prod --yes ${options.join(' ')}\n  ${counts ?? ''}`);
  }

  #apply(options: readonly string[], kill?: ReturnType<typeof randomKill>): Promise<Ran | undefined> {
    return runProcess(this.#stage, this.#server, ['apply', '--env', 'prod', '--yes', ...options], kill);
  }

  async #run(args: readonly string[], how?: 'quietly'): Promise<Ran> {
    const ran = await this.#stage.run(args);
    if (how === undefined) {
      const lines = ran.text.trimEnd().split('\n');
      const more = lines.length > MAX_LINES_TOLD ? [`… ${lines.length - MAX_LINES_TOLD} more lines`] : [];
      this.#log(
        [`$ signalwright ${args.join(' ')}`, ...lines.slice(0, MAX_LINES_TOLD), ...more].join('\n  '),
      );
    }
    return ran;
  }

  async #otherPerson(): Promise<ApiClient> {
    await this.#stage.run(['org', 'users', 'add', HAND, '--role', 'Datadog Admin Role', '--env', 'prod']);
    const issued = await this.#stage.run(['org', 'tokens', 'issue', HAND, '--name', 'hand', '--env', 'prod']);
    const { apiKey } = this.#stage.org.ownerCredentials;
    return createApiClient({
      baseUrl: this.#stage.url,
      auth: { apiKey, applicationKey: issued.out.trim() },
      fetch: (url, init) => this.#stage.org.fetch(new Request(url, init)),
      clock: { nowMs: Date.now, sleep: () => Promise.resolve() },
      random: () => 0.5,
    });
  }

  #pick<T>(from: readonly T[], count: number): readonly T[] {
    const left = [...from];
    return Array.from({ length: count }, () => left.splice(this.#random.below(left.length), 1)).flat();
  }

  #holds(isSo: boolean, otherwise: string): void {
    this.tried += 1;
    if (isSo) return;
    this.failures.push(otherwise);
    this.#log(`FAILED: ${otherwise.slice(0, 500)}`);
  }
}

function countUpdates({ items, blocked }: Plan): { readonly update: number; readonly others: number } {
  const update = items.filter(({ change }) => change.kind === 'update').length;
  const unchanged = items.filter(({ change }) => change.kind === 'noop').length;
  return { update, others: items.length - update - unchanged + blocked.length };
}
