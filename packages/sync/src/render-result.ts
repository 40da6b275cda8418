/** What an apply did, as text for people. */

import { unreachable } from '@signalwright/model';
import { showText } from '@signalwright/template';
import { countEnds, isComplete, stillUnclear, type AppliedItem, type ApplyResult } from './apply-result.ts';
import { createPaint, type Paint } from './paint.ts';

export function renderResult(result: ApplyResult, options: { readonly color: boolean }): string {
  const paint = createPaint(options.color);
  if (result.kind === 'rejected') {
    const lines = result.reasons.map((reason) => `${paint('red', '!')} ${showText(reason)}`);
    return `${[...lines, paint('bold', 'Nothing was applied.')].join('\n')}\n`;
  }
  const recovered = result.recovered.map(
    ({ address, outcome, reason }) =>
      `${paint('cyan', '^')} ${address}  an earlier call was ${outcome === 'unknown' ? 'not found out about' : outcome === 'done' ? 'carried out' : 'not carried out'}: ${showText(reason)}`,
  );
  const items = result.items
    .filter((item) => !isNotTried(item, result))
    .flatMap((item) => renderItem(item, paint));
  return `${[...recovered, ...items, ...summary(result, paint)].join('\n')}\n`;
}

const VERBS: Readonly<Record<AppliedItem['change'], string>> = {
  create: 'created as',
  update: 'updated as',
  disable: 'switched off:',
  delete: 'deleted:',
  link: 'linked as',
  noop: 'kept as',
};

/** The sign that the plan had. */
function signOf(change: AppliedItem['change'], paint: Paint): string {
  if (change === 'disable') return paint('red', 'x');
  if (change === 'delete') return paint('red', '-');
  return change === 'update' ? paint('yellow', '~') : paint('green', '+');
}

/** Progress and results use the same line; what did not change has none. */
function renderItem(item: AppliedItem, paint: Paint): readonly string[] {
  const { address, end } = item;
  switch (end.kind) {
    case 'unchanged':
    case 'linked':
      return [];
    case 'done': {
      const found = end.how === 'found' ? ', found after an unclear answer' : '';
      const differs =
        end.differs === undefined ? [] : [`    the server keeps ${end.differs.join(', ')} in another form`];
      return [
        `${signOf(item.change, paint)} ${address}  ${VERBS[item.change]} ${showText(end.remoteId)}${found}`,
        ...differs.map(showText),
      ];
    }
    case 'refused':
      return [`${paint('red', '!')} ${address}  not applied: ${showText(end.reason)}`];
    case 'skipped':
      return [`${paint('yellow', '.')} ${address}  skipped: ${showText(end.reason)}`];
    case 'unknown':
      return [
        `${paint('red', '?')} ${address}  unclear: ${showText(end.reason)} The next apply looks first.`,
      ];
    default:
      return unreachable(end);
  }
}

/** Once an apply has stopped the rest is one line: it is the same for each. */
function isNotTried({ end }: AppliedItem, { stopped }: Extract<ApplyResult, { kind: 'applied' }>): boolean {
  return end.kind === 'skipped' && end.reason === stopped;
}

function notTried(result: Extract<ApplyResult, { kind: 'applied' }>): string {
  const rest = result.items.filter((item) => isNotTried(item, result)).length;
  return rest === 0 ? '' : ` ${rest} ${rest === 1 ? 'object was' : 'objects were'} not tried.`;
}

function summary(result: Extract<ApplyResult, { kind: 'applied' }>, paint: Paint): readonly string[] {
  const counts = countEnds(result.items);
  const unclear = counts.unknown + stillUnclear(result).length;
  const parts = [
    `${counts.done} applied`,
    `${counts.unchanged} unchanged`,
    ...(counts.refused > 0 ? [`${counts.refused} refused`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
    ...(unclear > 0 ? [`${unclear} unclear`] : []),
    ...(result.blocked.length > 0 ? [`${result.blocked.length} blocked`] : []),
  ];
  return [
    ...(result.stopped === undefined
      ? []
      : [`${paint('red', '!')} Stopped: ${showText(result.stopped)}${notTried(result)}`]),
    paint('bold', `${parts.join(', ')}.`),
    ...(isComplete(result) ? [] : [adviceOf(result.stopped !== undefined || unclear > 0)]),
  ];
}

/** What was cut off or is not known needs nobody; the rest comes to the same end however often it is tried. */
function adviceOf(isCutOffOrUnclear: boolean): string {
  return isCutOffOrUnclear
    ? 'Run apply again: what is done stays done.'
    : 'See to what is named here, then apply again: what is done stays done.';
}
