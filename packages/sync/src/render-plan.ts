/** A plan as text for people: address, symbol, field path, before and after, and the line that caused it. */

import { formatDuration, unreachable, type Address } from '@signalwright/model';
import { showText } from '@signalwright/template';
import type { Attribution } from './attribute-drift.ts';
import { SHORT_DIGEST } from './check-plan.ts';
import { dateText } from './date-text.ts';
import { isKnownLink, type KnownLinks } from './known-links.ts';
import { OUTPUT_WIDTH, countOf, createPaint, showValue, wrapText, type Paint } from './paint.ts';
import { countChanges, type ChangeCause, type Plan, type PlanItem } from './plan.ts';
import { GRACE_MS } from './removals.ts';
import { attributionText } from './render-attribution.ts';
import { keptLines, placeText, renderField } from './render-field.ts';

const INDENT = '    ';

export interface PlanView {
  readonly color: boolean;
  /** Who changed what has drifted; no part of the plan, and of its digest neither. */
  readonly attributions?: ReadonlyMap<Address, Attribution>;
  /** Links that an apply has shown before are counted, not printed. */
  readonly known?: KnownLinks;
}

export function renderPlan(plan: Plan, options: PlanView): string {
  const paint = createPaint(options.color);
  const { name, url, stack } = plan.target;
  const lines = [
    paint('bold', `Plan for ${showText(name)} (${showText(url)}), stack ${showText(stack)}`),
    '',
    ...plan.items
      .filter((item) => !isShownBefore(item, options))
      .flatMap((item) => renderItem(item, paint, options.attributions?.get(item.address))),
    ...plan.blocked.flatMap((object) => [
      `${paint('red', '!')} ${object.address}  ${paint('dim', placeText(object.place))}`,
      ...wrapText(object.reason, INDENT),
    ]),
    ...plan.orphans.flatMap((orphan) => [
      `${paint('yellow', '?')} ${orphan.address}  ${paint('dim', `${showText(orphan.remoteId)} is ours, not in content, and stays`)}`,
      ...wrapText(orphan.reason, INDENT),
    ]),
    ...plan.waiting.map(
      ({ address, remoteId, deleteAfterMs }) =>
        `${paint('yellow', '?')} ${address}  ${paint('dim', `${showText(remoteId)} is switched off, and deleted by an apply after ${dateText(deleteAfterMs)}`)}`,
    ),
  ];
  return `${[...spaced(lines), ...summary(plan, paint), ...linksNote(plan, options, paint)].join('\n')}\n`;
}

function isShownBefore({ address, change }: PlanItem, { known }: PlanView): boolean {
  return change.kind === 'link' && known !== undefined && isKnownLink(known, address, change.url);
}

function linksNote(plan: Plan, options: PlanView, paint: Paint): readonly string[] {
  const count = plan.items.filter((item) => isShownBefore(item, options)).length;
  if (count === 0) return [];
  const links =
    count === 1 ? '1 view is as it was: its link is' : `${count} views are as they were: their links are`;
  return [paint('dim', `${links} in \`signalwright plan --markdown\`.`)];
}

/** Unchanged objects are counted, not listed. */
function renderItem(item: PlanItem, paint: Paint, attribution?: Attribution): readonly string[] {
  const { change, kept = [] } = item;
  const place = item.places[0];
  const where = place === undefined ? '' : `  ${paint('dim', placeText(place))}`;
  switch (change.kind) {
    case 'noop':
      return kept.length === 0
        ? []
        : [`${paint('cyan', '=')} ${item.address}${where}`, ...keptLines(kept, paint)];
    case 'link':
      return [`${paint('cyan', '>')} ${item.address}  ${paint('dim', showText(change.url))}`];
    case 'create':
      return [
        `${paint('green', '+')} ${item.address}${where}${shadowMark(item, paint)}`,
        `${INDENT}${showValue(item.name, OUTPUT_WIDTH - INDENT.length)}`,
        ...causeLines(item, paint),
        ...attributionLines(attribution, paint),
      ];
    case 'disable':
      return [
        `${paint('red', 'x')} ${item.address}  ${paint('dim', showText(change.remoteId))}`,
        `${INDENT}${showValue(item.name, OUTPUT_WIDTH - INDENT.length)}`,
        `${INDENT}${paint('yellow', `gone from content: switched off now, deleted by an apply after ${formatDuration(GRACE_MS)}`)}`,
      ];
    case 'delete':
      return [
        `${paint('red', '-')} ${item.address}  ${paint('dim', showText(change.remoteId))}`,
        `${INDENT}${showValue(item.name, OUTPUT_WIDTH - INDENT.length)}`,
        `${INDENT}${paint('yellow', 'gone from content and switched off: the time of grace is over')}`,
      ];
    case 'update':
      return [
        `${paint('yellow', '~')} ${item.address}  ${paint('dim', showText(change.remoteId))}${shadowMark(item, paint)}`,
        ...causeLines(item, paint),
        ...attributionLines(attribution, paint),
        ...change.fields.flatMap((field, index) => renderField(field, item.places[index], paint)),
        ...keptLines(kept, paint),
      ];
    default:
      return unreachable(change);
  }
}

const CAUSES: Readonly<Record<ChangeCause, string | undefined>> = {
  none: undefined,
  content: undefined,
  drift: 'changed at the target since the last apply; content did not change',
  'content-and-drift': 'changed at the target since the last apply, and content changed too',
  unrecorded: 'no apply on record: whether content or the target changed is not known',
};

/** Why there is a change, where it is not that content changed. */
export function causeText({ change, cause }: PlanItem): string | undefined {
  if (change.kind === 'update') return CAUSES[cause];
  return change.kind === 'create' && cause === 'drift'
    ? 'created before, and gone from the target'
    : undefined;
}

/** Of a rule that tells nobody yet. */
function shadowMark({ isShadow }: PlanItem, paint: Paint): string {
  return isShadow === true ? `  ${paint('cyan', 'shadow')}` : '';
}

function causeLines(item: PlanItem, paint: Paint): readonly string[] {
  const cause = causeText(item);
  return cause === undefined ? [] : [`${INDENT}${paint('yellow', cause)}`];
}

function attributionLines(attribution: Attribution | undefined, paint: Paint): readonly string[] {
  if (attribution === undefined) return [];
  return wrapText(attributionText(attribution), INDENT).map((line) => paint('yellow', line));
}

function summary(plan: Plan, paint: Paint): readonly string[] {
  const counts = countChanges(plan);
  const parts = [
    `${counts.create} to create`,
    `${counts.update} to update`,
    ...(counts.disable > 0 ? [`${counts.disable} to switch off`] : []),
    ...(counts.delete > 0 ? [`${counts.delete} to delete`] : []),
    `${counts.noop} unchanged`,
    ...(counts.link > 0 ? [`${countOf(counts.link, 'view')} linked`] : []),
    ...(plan.blocked.length > 0 ? [`${plan.blocked.length} blocked`] : []),
  ];
  const orphans = plan.orphans.length;
  const { removed, managed, free } = plan.removal;
  return [
    paint('bold', `${parts.join(', ')}.`),
    ...(orphans > 0
      ? [
          `${countOf(orphans, 'object')} at the target ${orphans === 1 ? 'is' : 'are'} ours, no longer in content, and left alone.`,
        ]
      : []),
    ...(removed > free
      ? [
          paint(
            'red',
            `It takes away ${removed} of ${managed} objects. If that is meant: apply --allow-destroy=${plan.digest.slice(0, SHORT_DIGEST)}`,
          ),
        ]
      : []),
    paint('dim', `Plan ${plan.digest.slice(0, SHORT_DIGEST)}`),
  ];
}

/** An empty line between the objects and the summary, where there is an object. */
function spaced(lines: readonly string[]): readonly string[] {
  return lines.length > 2 ? [...lines, ''] : lines;
}
