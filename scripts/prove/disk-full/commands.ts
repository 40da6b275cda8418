/** The built command where files may not grow beyond so many KiB. Each returns what went wrong. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteObject } from '@signalwright/wire';
import { ruleFile, ruleText } from '../gitops/stage.ts';
import { countIntents, judgeApplied, marksOf, removeOurs, told } from '../crash-apply/real-judge.ts';
import type { Ended, RealStage, Repository } from '../crash-apply/real-stage.ts';

const RULES = 10;
const EXIT_FINDINGS = 1;
const EXIT_ENVIRONMENT = 74;
/** Says why, and in the next breath what to do. */
const FULL = /(?:larger than the system allows|no space is left)[^]*(?:apply again|run it again)/;
/** No file with it fits into the few KiB that are allowed. */
const LONG = `${'Look at who signed in and from where. '.repeat(150)}`;

let repositories = 0;

function nextStack(): string {
  repositories += 1;
  return `full-${repositories}`;
}

export async function applyWithoutRoom(stage: RealStage, kib: number): Promise<readonly string[]> {
  const stack = nextStack();
  const repository = stage.openRepository(stack);
  repository.commit(rules());
  const refused = await repository.run(['apply', '--yes'], kib);
  return judgeRefusedApply(stage, repository, stack, refused);
}

/** What an apply without room has left, and that the next one, with room, does the rest. */
export async function judgeRefusedApply(
  stage: RealStage,
  repository: Repository,
  stack: string,
  refused: Ended,
): Promise<readonly string[]> {
  const made = marksOf(await stage.org.objects(), stack).length;
  const intents = countIntents(repository);
  const last = await repository.run(['apply', '--yes']);
  // Where all of it just fits, nothing is refused; what is on record is judged all the same.
  const hadRoom = refused.end === 0 && made === RULES;
  const problems = [
    ...(hadRoom ? [] : judgeRefusal(refused)),
    ...(made <= intents ? [] : [`${made} objects were made, of which ${intents} have an intent`]),
    ...(last.end === 0 ? [] : [`with room an apply ended ${told(last)}`]),
    ...(ignoresItsData(repository) ? [] : ['keys and journals could get into git']),
    ...(await judgeApplied(stage, repository, stack, RULES)),
  ];
  await removeOurs(stage, stack);
  return problems;
}

/** An ignore file that was cut off ignores nothing. */
function ignoresItsData({ folder }: Repository): boolean {
  return readFileSync(join(folder, '.signalwright/.gitignore'), 'utf8') === '*\n';
}

export async function planWithoutRoom(stage: RealStage, kib: number): Promise<readonly string[]> {
  const repository = stage.openRepository(nextStack());
  repository.commit(rules());
  const refused = await repository.run(['plan', '--out', 'a.plan'], kib);
  const left = filesIn(repository).filter((file) => file.includes('a.plan'));
  const made = await repository.run(['plan', '--out', 'a.plan']);
  return [
    ...judgeRefusal(refused),
    ...left.map((file) => `${file} is left`),
    ...(made.end === 0 ? [] : [`with room a plan ended ${told(made)}`]),
  ];
}

export async function adoptWithoutRoom(stage: RealStage, kib: number): Promise<readonly string[]> {
  const stack = nextStack();
  const repository = stage.openRepository(stack);
  repository.commit(rules());
  const applied = await repository.run(['apply', '--yes']);
  await editByHand(stage, stack);
  const before = textsIn(repository);
  const refused = await repository.run(['drift', '--adopt-all'], kib);
  const after = textsIn(repository);
  const adopted = await repository.run(['drift', '--adopt-all']);
  const plan = await repository.run(['plan', '--exit-code']);
  const problems = [
    ...(applied.end === 0 ? [] : [`an apply ended ${told(applied)}`]),
    ...judgeRefusal(refused),
    ...(after === before ? [] : ['content was touched']),
    ...(adopted.end === 0 ? [] : [`with room it ended ${told(adopted)}`]),
    ...(textsIn(repository).includes(LONG.trim().slice(0, 60))
      ? []
      : ['content does not say what was adopted']),
    ...(plan.end === 0 ? [] : [`then a plan is not empty: ${told(plan)}`]),
  ];
  await removeOurs(stage, stack);
  return problems;
}

export async function importWithoutRoom(stage: RealStage, kib: number): Promise<readonly string[]> {
  const source = nextStack();
  const from = stage.openRepository(source);
  from.commit(rules());
  const applied = await from.run(['apply', '--yes']);
  await editByHand(stage, source);
  const repository = stage.openRepository(source, `${from.folder}-imported`);
  const refused = await repository.run(['import', '--from', 'local'], kib);
  const left = filesIn(repository).filter((file) => file.endsWith('.tmp'));
  // Whatever is there is whole; where nothing is there, there is nothing to check.
  const partial = await repository.run(['check']);
  const imported = await repository.run(['import', '--from', 'local']);
  const whole = await repository.run(['check']);
  const problems = [
    ...(applied.end === 0 ? [] : [`an apply ended ${told(applied)}`]),
    ...judgeRefusal(refused),
    ...left.map((file) => `${file} is left`),
    ...(partial.end === 0 || partial.text.includes('file/no-content')
      ? []
      : [`what is there does not check: ${told(partial)}`]),
    ...(imported.end === 0 ? [] : [`with room it ended ${told(imported)}`]),
    ...(whole.end === 0 ? [] : [`what was imported does not check: ${told(whole)}`]),
  ];
  await removeOurs(stage, source);
  return problems;
}

function rules(): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: RULES }, (_, n) => [ruleFile(n), ruleText(n)]));
}

function judgeRefusal(refused: Ended): readonly string[] {
  const isExpected = refused.end === EXIT_FINDINGS || refused.end === EXIT_ENVIRONMENT;
  return isExpected && FULL.test(refused.text) ? [] : [`without room it ended ${told(refused)}`];
}

/** Somebody writes a long message into one rule. */
async function editByHand({ org }: RealStage, stack: string): Promise<void> {
  const ours = (object: RemoteObject): boolean =>
    object.kind === 'detection-rule' && marksOf([object], stack).length > 0;
  const rule = (await org.objects()).findLast(ours);
  if (rule === undefined) throw new Error('No rule is there.');
  const written = await org
    .client()
    .objects('detection-rule')
    .update(rule.id, { ...rule.payload, message: LONG });
  if (written.kind !== 'done') throw new Error(JSON.stringify(written));
}

function filesIn({ folder }: Repository): readonly string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((file) => !file.startsWith('.git'));
}

function textsIn(repository: Repository): string {
  const files = filesIn(repository).filter((file) => file.endsWith('.yaml') || file.endsWith('.tmp'));
  return files
    .toSorted()
    .map((file) => `${file}\n${readFileSync(join(repository.folder, file), 'utf8')}`)
    .join('\n');
}
