/** The report for a terminal: verdict lines, example events and reasons, the gravest first. */

import { inertTerminal, maskSecrets, spellOut } from '@signalwright/template';
import { hasLookAlikes, spellLookAlikes } from '@signalwright/template';
import { assumedText, becauseText } from './meaning/because.ts';
import type { ChangeSymbol, MeaningReport, Note, ObjectChange, QueryChange } from './meaning/report.ts';
import { countAttention } from './meaning/report.ts';
import { GAINED, LOST } from './meaning/witness-words.ts';
import { witnessText, type Witness } from './meaning/witness.ts';
import { countOf, plainText, type Phrase } from './phrase.ts';
import { changeSummary } from './summary.ts';

/** Styles of a terminal; `picocolors` has this shape. */
export interface TextStyles {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const INDENT = '    ';

/** Lines without an end, and without the secrets whose form is known: a pipeline keeps them in its log. */
export function renderMeaning(report: MeaningReport, styles: TextStyles): string {
  const attention = countAttention(report);
  const needs = attention === 0 ? '' : ` · ${attention} ${attention === 1 ? 'needs' : 'need'} attention`;
  const blocks = [
    ...report.config.map((change) => [
      `${mark(change.weight === 'attention' ? '⚠' : '◆', styles)} ${styles.bold('signalwright.yaml')}  ${line(change.text, styles)}`,
    ]),
    ...report.objects.map((object) => objectLines(object, styles)),
  ];
  const text = [`${changeSummary(report)}${needs}`, ...blocks.map((lines) => `\n${lines.join('\n')}`)].join(
    '\n',
  );
  return maskSecrets(text);
}

function objectLines(object: ObjectChange, styles: TextStyles): readonly string[] {
  const telling = object.what === 'added' ? [] : object.notes.filter(({ weight }) => weight !== 'quiet');
  // One note and nothing else stands in the headline already.
  const notes = telling.length === 1 && object.queries.length === 0 ? [] : telling;
  return [
    `${mark(object.symbol, styles)} ${styles.bold(object.address)}  ${line(object.headline, styles)}`,
    ...object.queries.flatMap((change) => queryLines(change, object.queries.length > 1, styles)),
    ...notes.map((note) => `${INDENT}${line(note.text, styles)}${placeText(note, styles)}`),
  ];
}

function queryLines(change: QueryChange, isOneOfSeveral: boolean, styles: TextStyles): readonly string[] {
  const { use, noLongerMatches, newlyMatches, because, reason, assumed } = change;
  const why = becauseText(because);
  return [
    ...(isOneOfSeveral ? [`${INDENT}${line(change.headline, styles)}:`] : []),
    ...(noLongerMatches === undefined ? [] : witnessLines(LOST[use], noLongerMatches, '-', styles)),
    ...(newlyMatches === undefined ? [] : witnessLines(GAINED[use], newlyMatches, '+', styles)),
    ...(reason === undefined ? [] : [`${INDENT}not decided: ${inertTerminal(reason)}`]),
    ...(why.length === 0 ? [] : [`${INDENT}because ${line(why, styles)}${placeText(change, styles)}`]),
    ...(assumed === undefined ? [] : [`${INDENT}${line(assumedText(assumed), styles)}`]),
    ...(hasLookAlikes(plainText(why))
      ? [`${INDENT}letters that look like others, spelled out: ${spellOut(spellLookAlikes(plainText(why)))}`]
      : []),
  ];
}

function witnessLines(
  title: string,
  witness: Witness,
  sign: '-' | '+',
  styles: TextStyles,
): readonly string[] {
  const paint = sign === '-' ? styles.red : styles.green;
  const more = witness.omitted > 0 ? [`${INDENT}  … ${countOf(witness.omitted, 'more line')}`] : [];
  return [
    `${INDENT}${title}`,
    ...witness.lines.map((each) => {
      const text = inertTerminal(witnessText(each));
      return each.decides ? `${INDENT}${paint(`${sign} ${text}`)}` : `${INDENT}  ${text}`;
    }),
    ...more,
  ];
}

function placeText({ place }: Pick<Note, 'place'>, styles: TextStyles): string {
  return place === undefined ? '' : `  ${styles.dim(spellOut(`${place.file}:${place.start.line}`))}`;
}

function mark(symbol: ChangeSymbol, styles: TextStyles): string {
  switch (symbol) {
    case '⚠':
      return styles.yellow(symbol);
    case '▼':
    case '−':
      return styles.red(symbol);
    case '▲':
    case '+':
      return styles.green(symbol);
    default:
      return symbol;
  }
}

/** One line: what ends lines is spelled out. Data stands out where the terminal can show it. */
function line(phrase: Phrase, styles: TextStyles): string {
  return phrase
    .map((part) => (typeof part === 'string' ? part : styles.bold(inertTerminal(spellOut(part.data)))))
    .join('');
}
