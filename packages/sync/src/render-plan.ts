/** A plan as text for people: address, symbol, field path, before and after, and the line that caused it. */

import { inertTerminal } from '@signalwright/template';
import { unreachable } from '@signalwright/model';
import { OUTPUT_WIDTH, countOf, createPaint, showValue, type Paint } from './paint.ts';
import { countChanges, type ChangeCause, type Place, type Plan, type PlanItem } from './plan.ts';

const INDENT = '    ';

export function renderPlan(plan: Plan, options: { readonly color: boolean }): string {
  const paint = createPaint(options.color);
  const { name, url, stack } = plan.target;
  const lines = [
    paint('bold', `Plan for ${inertTerminal(name)} (${inertTerminal(url)}), stack ${inertTerminal(stack)}`),
    '',
    ...plan.items.flatMap((item) => renderItem(item, paint)),
    ...plan.blocked.flatMap((object) => [
      `${paint('red', '!')} ${object.address}  ${paint('dim', placeText(object.place))}`,
      `${INDENT}${inertTerminal(object.reason)}`,
    ]),
    ...plan.orphans.map(
      (orphan) =>
        `${paint('yellow', '?')} ${orphan.address}  ${paint('dim', `${inertTerminal(orphan.remoteId)} is marked as ours and not in content`)}`,
    ),
  ];
  return `${[...spaced(lines), ...summary(plan, paint)].join('\n')}\n`;
}

/** Unchanged objects are counted, not listed. */
function renderItem(item: PlanItem, paint: Paint): readonly string[] {
  const { change } = item;
  const place = item.places[0];
  const where = place === undefined ? '' : `  ${paint('dim', placeText(place))}`;
  switch (change.kind) {
    case 'noop':
      return [];
    case 'link':
      return [`${paint('cyan', '>')} ${item.address}  ${paint('dim', inertTerminal(change.url))}`];
    case 'create':
      return [
        `${paint('green', '+')} ${item.address}${where}`,
        `${INDENT}${showValue(item.name, OUTPUT_WIDTH - INDENT.length)}`,
        ...causeLines(item.cause === 'drift' ? 'created before, and gone from the target' : undefined, paint),
      ];
    case 'delete':
      return [`${paint('red', '-')} ${item.address}${where}`];
    case 'update':
      return [
        `${paint('yellow', '~')} ${item.address}  ${paint('dim', inertTerminal(change.remoteId))}`,
        ...causeLines(CAUSES[item.cause], paint),
        ...change.fields.flatMap((field, index) => renderField(field, item.places[index], paint)),
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

function causeLines(cause: string | undefined, paint: Paint): readonly string[] {
  return cause === undefined ? [] : [`${INDENT}${paint('yellow', cause)}`];
}

function renderField(
  field: { readonly path: string; readonly before: unknown; readonly after: unknown },
  place: Place | undefined,
  paint: Paint,
): readonly string[] {
  const where = place === undefined ? '' : `  ${paint('dim', placeText(place))}`;
  const width = OUTPUT_WIDTH - INDENT.length - 4;
  return [
    `${INDENT}${inertTerminal(field.path)}${where}`,
    `${INDENT}  ${paint('red', `- ${showValue(field.before, width)}`)}`,
    `${INDENT}  ${paint('green', `+ ${showValue(field.after, width)}`)}`,
  ];
}

function summary(plan: Plan, paint: Paint): readonly string[] {
  const counts = countChanges(plan);
  const parts = [
    `${counts.create} to create`,
    `${counts.update} to update`,
    `${counts.noop} unchanged`,
    ...(counts.link > 0 ? [`${countOf(counts.link, 'view')} linked`] : []),
    ...(plan.blocked.length > 0 ? [`${plan.blocked.length} blocked`] : []),
  ];
  const orphans = plan.orphans.length;
  return [
    paint('bold', `${parts.join(', ')}.`),
    ...(orphans > 0
      ? [
          `${countOf(orphans, 'object')} at the target ${orphans === 1 ? 'is' : 'are'} ours and no longer in content: left alone, since prune is off.`,
        ]
      : []),
    paint('dim', `Plan ${plan.digest.slice(0, 12)}`),
  ];
}

function placeText(place: Place): string {
  return `${inertTerminal(place.file)}:${place.line}:${place.col}`;
}

/** An empty line between the objects and the summary, where there is an object. */
function spaced(lines: readonly string[]): readonly string[] {
  return lines.length > 2 ? [...lines, ''] : lines;
}
