/** The changed objects of a comment: a verdict line each, the example event under those that matter. */

import { isFailed } from '@signalwright/model';
import { spellLookAlikes, hasLookAlikes } from '@signalwright/template';
import type { ClauseDifference } from '../meaning/compare-clauses.ts';
import { assumedText, becauseText } from '../meaning/because.ts';
import type { MeaningReport, Note, ObjectChange, QueryChange } from '../meaning/report.ts';
import { GAINED, LOST } from '../meaning/witness-words.ts';
import { witnessText, type Witness } from '../meaning/witness.ts';
import { countOf } from '../phrase.ts';
import type { ObjectTests } from '../review.ts';
import { testSummary } from '../summary.ts';
import { CLOSE_DETAILS, code, fence, markdown, openDetails } from './markdown.ts';

/** Objects whose example events stand open: more than a screen is folded. */
const MAX_OPEN = 3;
/** Of one object. */
const MAX_NOTES = 12;

export function meaningItems(report: MeaningReport, tests: readonly ObjectTests[]): readonly string[] {
  const outcomes = new Map(tests.map((each) => [each.address, each.outcomes]));
  const quiet = report.objects.filter(({ weight }) => weight === 'quiet');
  const telling = report.objects.filter(({ weight }) => weight !== 'quiet');
  return [
    ...report.config.map(configItem),
    ...telling.map((object, at) =>
      objectItem(object, testsText(outcomes.get(object.address)), at < MAX_OPEN),
    ),
    ...(quiet.length === 0 ? [] : [quiet.map(verdictLine).join('\n')]),
  ];
}

function configItem(change: Note): string {
  const mark = change.weight === 'attention' ? '⚠' : '◆';
  return `${mark} **\`signalwright.yaml\`** ${markdown(change.text)}`;
}

function verdictLine({ symbol, address, headline }: ObjectChange): string {
  // A plus sign would start a list; two spaces at the end of a line are a line break.
  return `${symbol === '+' ? '\\+' : symbol} **${code(address)}** ${markdown(headline)}  `;
}

function objectItem(object: ObjectChange, tests: string, isOpen: boolean): string {
  const body = [
    ...object.queries.flatMap((change) => queryBlocks(change, object.queries.length > 1)),
    ...noteBlocks(object),
  ];
  const line = `${verdictLine(object).trimEnd()}${tests}`;
  if (body.length === 0) return line;
  if (isOpen) return [line, ...body].join('\n\n');
  return [line, openDetails('what that means'), ...body, CLOSE_DETAILS].join('\n\n');
}

function testsText(outcomes: ObjectTests['outcomes'] | undefined): string {
  const run = outcomes?.filter(({ notRun }) => notRun === undefined) ?? [];
  if (run.length === 0) return '';
  const failed = run.filter(isFailed).length;
  const text = testSummary(run.length, failed);
  return failed === 0 ? ` · ${text}` : ` · **${text}**`;
}

function queryBlocks(change: QueryChange, isOneOfSeveral: boolean): readonly string[] {
  const { noLongerMatches, newlyMatches, because, reason, assumed } = change;
  const why = becauseText(because);
  return [
    ...(isOneOfSeveral ? [`${markdown(change.headline)}:`] : []),
    ...(noLongerMatches === undefined ? [] : [witnessBlock(LOST[change.use], '-', noLongerMatches)]),
    ...(newlyMatches === undefined ? [] : [witnessBlock(GAINED[change.use], '+', newlyMatches)]),
    ...(reason === undefined ? [] : [`Not decided: ${code(reason)}. Read both queries with care.`]),
    ...(why.length === 0 ? [] : [`because ${markdown(why)}${placeText(change.place)}`]),
    ...(assumed === undefined ? [] : [markdown(assumedText(assumed))]),
    ...lookAlikeBlocks(because),
  ];
}

/** The lines that the change turns on carry the sign, so that GitHub paints them. */
function witnessBlock(title: string, sign: '-' | '+', witness: Witness): string {
  const lines = witness.lines.map((line) => `${line.decides ? sign : ' '} ${witnessText(line)}`);
  const more = witness.omitted > 0 ? [`  … ${countOf(witness.omitted, 'more line')}`] : [];
  return `${title}\n${fence('diff', [...lines, ...more])}`;
}

/** Source: reliability T12. What looks the same and is not must be seen to differ. */
function lookAlikeBlocks({ replaced, edited, removed, added }: ClauseDifference): readonly string[] {
  const gone = [
    ...replaced.map(({ before }) => before),
    ...edited.flatMap((list) => list.removed),
    ...removed,
  ];
  const fresh = [...replaced.map(({ after }) => after), ...edited.flatMap((list) => list.added), ...added];
  if (![...gone, ...fresh].some(hasLookAlikes)) return [];
  const lines = [
    ...gone.map((clause) => `- ${spellLookAlikes(clause)}`),
    ...fresh.map((clause) => `+ ${spellLookAlikes(clause)}`),
  ];
  return [`**Letters that look like others**, spelled out:\n${fence('diff', lines)}`];
}

/** What the headline holds already is not said twice, except where its place helps. */
function noteBlocks({ notes, what }: ObjectChange): readonly string[] {
  const telling = notes.filter(({ weight }) => weight !== 'quiet');
  const quiet = [...new Set(notes.filter(({ weight }) => weight === 'quiet').map(({ topic }) => topic))];
  if (what === 'added') return [];
  const items = telling.slice(0, MAX_NOTES).map((note) => `- ${markdown(note.text)}${placeText(note.place)}`);
  if (telling.length > MAX_NOTES) items.push(`- ${telling.length - MAX_NOTES} more`);
  if (quiet.length > 0) items.push(`- also changed: ${quiet.join(', ')}`);
  return items.length === 0 ? [] : [items.join('\n')];
}

function placeText(place: Note['place']): string {
  return place === undefined ? '' : ` · ${code(`${place.file}:${place.start.line}`)}`;
}
