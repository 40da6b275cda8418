/**
 * What a change of content means, object by object. Pure: two linked workspaces go in, a report comes out.
 * Source of the verdicts: docs on the meaning of a change; a verdict is proved or it is UNKNOWN.
 */

import { isDeepStrictEqual } from 'node:util';
import { unreachable, type ContentObject } from '@signalwright/model';
import { list, say, type Phrase } from '../phrase.ts';
import { compareConfigs } from './config-changes.ts';
import type { Draft } from './draft.ts';
import { note, quietNote } from './note.ts';
import { compareNotificationRules } from './notification-changes.ts';
import type { Side } from './objects.ts';
import {
  byWeight,
  heaviest,
  type ChangeSymbol,
  type MeaningReport,
  type Note,
  type ObjectChange,
  type QueryChange,
  type Weight,
} from './report.ts';
import { compareRules } from './rule-changes.ts';
import { addSuppression, compareSuppressions } from './suppression-changes.ts';
import { compareViews } from './view-changes.ts';
import { addWorkflow, compareWorkflows } from './workflow-changes.ts';

export function compareWorkspaces(base: Side, head: Side): MeaningReport {
  const objects: ObjectChange[] = [];
  let unchanged = 0;
  for (const after of head.objects) {
    const before = base.get(after.address);
    const change = before === undefined ? addedObject(after, head) : changedObject(before, after, head);
    if (change === undefined) unchanged += 1;
    else objects.push(change);
  }
  const removed = base.objects.filter(({ address }) => head.get(address) === undefined).map(removedObject);
  return {
    objects: [...objects, ...removed].toSorted(
      (a, b) => byWeight(a, b) || rankOf(a.symbol) - rankOf(b.symbol) || (a.address < b.address ? -1 : 1),
    ),
    config: compareConfigs(base.config, head.config).toSorted(byWeight),
    unchanged,
  };
}

/** Of one weight, what loses sight of something comes first. */
const SYMBOL_ORDER: readonly ChangeSymbol[] = ['⚠', '−', '▼', '◆', '▲', '+', '='];

function rankOf(symbol: ChangeSymbol): number {
  return SYMBOL_ORDER.indexOf(symbol);
}

function changedObject(before: ContentObject, after: ContentObject, head: Side): ObjectChange | undefined {
  const { queries, notes } = compareObjects(before, after, head);
  const all = [
    ...notes,
    ...quietNote('owner', before.owner, after.owner, after.origin.rangeOf(['owner'])),
  ].toSorted(byWeight);
  if (queries.length === 0 && all.length === 0) {
    if (isDeepStrictEqual(withoutOrder(before), withoutOrder(after))) return undefined;
    // A field that no comparison knows: say so rather than call it unchanged.
    all.push(note('fields', 'attention', say`changed in a way that this version cannot describe`));
  }
  const weight = heaviest([...queries, ...all].map((each) => each.weight));
  return {
    address: after.address,
    kind: after.kind,
    what: 'changed',
    weight,
    symbol: weight === 'attention' ? '⚠' : symbolOf(queries, weight),
    headline: headlineOf(queries, all),
    queries: queries.toSorted(byWeight),
    notes: all,
    place: after.origin.rangeOf(['id']),
  };
}

/** The order of tags means nothing. */
function withoutOrder({ object }: ContentObject): unknown {
  return 'tags' in object ? { ...object, tags: object.tags.toSorted() } : object;
}

function compareObjects(before: ContentObject, after: ContentObject, head: Side): Draft {
  switch (after.kind) {
    case 'detection-rule':
      return before.kind === after.kind ? compareRules(before, after, head) : mixedKinds();
    case 'suppression':
      return before.kind === after.kind ? compareSuppressions(before, after, head) : mixedKinds();
    case 'notification-rule':
      return before.kind === after.kind ? compareNotificationRules(before, after, head) : mixedKinds();
    case 'saved-view':
      return before.kind === after.kind ? compareViews(before, after, head) : mixedKinds();
    case 'workflow':
      return before.kind === after.kind ? compareWorkflows(before, after) : mixedKinds();
    default:
      return unreachable(after);
  }
}

function mixedKinds(): never {
  throw new Error('Two objects of one address have two kinds.');
}

function symbolOf(queries: readonly QueryChange[], weight: Weight): ChangeSymbol {
  if (weight === 'quiet') return '=';
  const verdicts = new Set(queries.map(({ verdict }) => verdict).filter((each) => each !== 'EQUIVALENT'));
  if (verdicts.size !== 1) return '◆';
  return verdicts.has('NARROWS') ? '▼' : verdicts.has('WIDENS') ? '▲' : '◆';
}

const MAX_HEADLINE_PARTS = 2;

/** The gravest of what is known, in one sentence; `metadata only` where nothing counts. */
function headlineOf(queries: readonly QueryChange[], notes: readonly Note[]): Phrase {
  const counting = notes.filter(({ topic }) => topic !== 'tests');
  const told = queries.length > 0 || counting.some(({ weight }) => weight !== 'quiet') ? counting : notes;
  const telling = [
    ...queries.map(({ weight, headline }) => ({ weight, text: headline })),
    ...told.map(({ weight, text }) => ({ weight, text })),
  ]
    .filter(({ weight }) => weight !== 'quiet')
    .toSorted(byWeight);
  if (telling.length > 0) return joinParts(telling.map(({ text }) => text));
  const topics = [...new Set(notes.map(({ topic }) => topic))];
  if (queries.length > 0) return joinParts(queries.map(({ headline }) => headline));
  if (topics.length === 1 && topics[0] === 'tests') return notes[0]?.text ?? [];
  return say`metadata only (${[topics.join(', ')]})`;
}

function joinParts(parts: readonly Phrase[]): Phrase {
  const shown = parts.slice(0, MAX_HEADLINE_PARTS);
  const more = parts.length - shown.length;
  const all = more > 0 ? [...shown, [`and ${more} more`]] : shown;
  return all.flatMap((part, at) => (at === 0 ? part : ['; ', ...part]));
}

const MAX_FACTS = 5;

function addedObject(after: ContentObject, head: Side): ObjectChange {
  const { queries, notes } = describeAdded(after, head);
  const weight = heaviest([...queries, ...notes].map((each) => each.weight));
  const sorted = notes.toSorted(byWeight);
  const facts = [...summaryOf(after), ...sorted.map(({ text }) => text)].slice(0, MAX_FACTS);
  return {
    address: after.address,
    kind: after.kind,
    what: 'added',
    weight: weight === 'quiet' ? 'notice' : weight,
    symbol: weight === 'attention' ? '⚠' : '+',
    headline: facts.length === 0 ? say`is new` : say`is new: ${list(facts)}`,
    queries,
    notes: sorted,
    place: after.origin.rangeOf(['id']),
  };
}

function describeAdded(after: ContentObject, head: Side): Draft {
  if (after.kind === 'suppression') return addSuppression(after, head);
  if (after.kind === 'workflow') return addWorkflow(after);
  return { queries: [], notes: [] };
}

function summaryOf(added: ContentObject): readonly Phrase[] {
  const { kind, object, tests } = added;
  const facts: Phrase[] = [];
  if (kind === 'detection-rule') {
    const severities = [...new Set(object.cases.map(({ severity }) => severity))].join(' or ');
    facts.push([added.stage === 'shadow' ? `a shadow, ${severities} once it is live` : severities]);
    if (!object.enabled) facts.push(['switched off']);
  }
  if (tests.length === 0) facts.push(['no tests']);
  return facts;
}

/** Losing a rule or who it told is losing sight; a suppression that goes hides nothing any more. */
function removedObject(before: ContentObject): ObjectChange {
  const isHarmless = before.kind === 'suppression' || before.kind === 'saved-view';
  return {
    address: before.address,
    kind: before.kind,
    what: 'removed',
    weight: isHarmless ? 'notice' : 'attention',
    symbol: isHarmless ? '−' : '⚠',
    headline: REMOVED[before.kind],
    queries: [],
    notes: [],
    place: before.origin.rangeOf(['id']),
  };
}

const REMOVED = {
  'detection-rule': say`is removed: what it detected is no longer detected`,
  'notification-rule': say`is removed: nobody is told by it any more`,
  suppression: say`is removed: what it hid is shown again`,
  'saved-view': say`is removed`,
  workflow: say`is removed: nothing starts it any more`,
} as const;
