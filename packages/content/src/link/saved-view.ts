/** Checks of a saved view that its schema cannot express. */

import { SIGNAL_COLUMNS, type AuthoredView, type ContentPath, type SavedView } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkTestNames, checkTestSignal } from './check-references.ts';
import { checkSearch } from './check-search.ts';
import { checkQuery } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkSavedView({ object, tests }: AuthoredView, context: LinkContext, report: Report): void {
  if (object.logs === undefined) checkSearch(report, ['query'], object.query, 'signals');
  else checkQuery(report, ['query'], object.query);
  checkTime(object, report);
  checkNames(object, report);
  checkSort(object, report);
  checkRepeats(object, report);
  if (object.logs !== undefined) checkLogsView(object, tests.length, report);
  checkTestNames(report, tests);
  tests.forEach((test, index) => checkTestSignal(report, context, ['tests', index, 'signal'], test.signal));
}

function checkTime({ time }: SavedView, report: Report): void {
  if (time.kind === 'fixed') {
    if (time.toMs > time.fromMs) return;
    report.at(['time', 'to'], 'view/empty-time', 'The time range ends before it begins.', {
      hint: 'Put the end behind the beginning.',
      related: [{ message: 'It begins here.', range: report.origin.rangeOf(['time', 'from']) }],
    });
  } else if (time.pastMs === 0) {
    report.at(['time'], 'view/empty-time', 'The time range is empty.', {
      hint: 'Such as: past 1d, live 15m',
    });
  }
}

/** Names that are no attribute and are known: the list's own columns and facets, and the reserved fields of signals. */
const KNOWN_NAMES = [...SIGNAL_COLUMNS, 'service', 'env', 'host', 'source'];

/** Any bare name may be a tag; one that is a slip away from a known one is probably none. */
function checkNames(view: SavedView, report: Report): void {
  if (view.logs !== undefined) return;
  const names: readonly (readonly [path: ContentPath, name: string])[] = [
    ...view.columns.map((name, index) => [['columns', index], name] as const),
    ...view.facets.map(({ path }, index) => [['facets', index], path] as const),
  ];
  for (const [path, name] of names) {
    if (name.startsWith('@') || KNOWN_NAMES.includes(name)) continue;
    const hint = name.includes('.') ? `Attributes start with @: '@${name}'` : didYouMean(name, KNOWN_NAMES);
    if (hint === undefined) continue;
    report.at(path, 'view/suspicious-name', `${quoted(name)} is read as a tag.`, { hint });
  }
}

function checkSort({ sort, columns, logs }: SavedView, report: Report): void {
  if (logs !== undefined || sort.by === 'created' || columns.includes(sort.by)) return;
  report.at(['sort'], 'view/sort-not-shown', `The view has no column ${quoted(sort.by)} to sort by.`, {
    hint: didYouMean(sort.by, columns) ?? `Its columns: ${columns.join(', ')}.`,
  });
}

function checkRepeats({ facets, analytics }: SavedView, report: Report): void {
  reportRepeats(
    ['facets'],
    facets.map(({ path }) => path),
    report,
  );
  reportRepeats(['analytics', 'groupBy'], analytics?.groupBy.map(({ path }) => path) ?? [], report);
}

function reportRepeats(list: ContentPath, names: readonly string[], report: Report): void {
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return;
    report.at([...list, index], 'schema/duplicate-item', `${quoted(name)} is in the list twice.`, {
      hint: 'Keep one of them.',
      related: [{ message: 'First written here.', range: report.origin.rangeOf([...list, first]) }],
    });
  });
}

/** Logs have no rules behind them, and tests are about signals. */
function checkLogsView({ aggregateByRule }: SavedView, tests: number, report: Report): void {
  const keys = [...(aggregateByRule ? ['aggregateByRule'] : []), ...(tests > 0 ? ['tests'] : [])];
  for (const key of keys) {
    report.atKey([key], 'schema/exclusive-keys', `"logs" and ${quoted(key)} cannot stand together.`, {
      hint: 'A view of logs has no signals: keep one of them.',
    });
  }
}
