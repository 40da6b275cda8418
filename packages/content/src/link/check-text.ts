/** Texts that have a language of their own: queries, conditions and message templates. */

import { CODES, type ContentPath, type DiagnosticCode } from '@signalwright/model';
import type { Condition, Query } from '@signalwright/query';
import { templatePaths, type Template, type TemplatePath } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { lookAlikeWords } from '../parse/look-alike-words.ts';
import type { Report } from './link-context.ts';

/** More of them say nothing new. */
const MAX_LOOK_ALIKES = 5;

/** Reports what is wrong with a query, and hands it on when it is one. */
export function checkQuery(report: Report, path: ContentPath, text: string): Query | undefined {
  checkLookAlikes(report, path, text);
  const result = report.texts.query(text);
  const problems = result.ok ? result.warnings : result.errors;
  for (const { code, message, hint, start, end } of problems) {
    report.inText(path, { start, end }, diagnosticCode('query', code), message, { hint });
  }
  return result.ok ? result.query : undefined;
}

function checkLookAlikes(report: Report, path: ContentPath, text: string): void {
  let words = 0;
  for (const { offset, word, kind } of lookAlikeWords(text)) {
    words += 1;
    if (words > MAX_LOOK_ALIKES) break;
    const span = { start: offset, end: offset + word.length };
    if (kind === 'mixed') {
      report.inText(path, span, 'text/mixed-script', `${quoted(word)} mixes letters of two scripts.`, {
        hint: 'Letters of another script can look like Latin ones; type the word again.',
      });
    } else {
      const message = `${quoted(word)} (${codePoints(word)}) looks like something else.`;
      report.inText(path, span, 'text/look-alike', message, {
        hint: 'If it is meant, it is fine; else type it again.',
      });
    }
  }
}

function codePoints(word: string): string {
  const [first = ''] = word;
  return `U+${(first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}${word === first ? '' : ' …'}`;
}

export function checkCondition(report: Report, path: ContentPath, text: string): Condition | undefined {
  const result = report.texts.condition(text);
  if (result.ok) return result.condition;
  for (const { code, message, hint, start, end } of result.errors) {
    report.inText(path, { start, end }, diagnosticCode('condition', code), message, { hint });
  }
  return undefined;
}

export function checkTemplate(report: Report, path: ContentPath, text: string): Template | undefined {
  const result = report.texts.template(text);
  if (result.ok) {
    for (const written of templatePaths(result.template)) {
      if (written.text.startsWith('@@')) reportDoubledAt(report, path, written);
    }
    return result.template;
  }
  for (const { code, message, hint, start, end } of result.errors) {
    report.inText(path, { start, end }, code, message, { hint });
  }
  return undefined;
}

function reportDoubledAt(report: Report, path: ContentPath, { text, start, end }: TemplatePath): void {
  report.inText(path, { start, end }, 'template/doubled-at', `${quoted(text)} has one @ too many.`, {
    hint: `Write ${text.slice(1)}.`,
  });
}

/** Codes of the query room get an area; a test holds its tables and ours together. */
function diagnosticCode(area: 'query' | 'condition', code: string): DiagnosticCode {
  const full = `${area}/${code}`;
  if (!Object.hasOwn(CODES, full)) throw new Error(`The code ${full} is not in the table of codes.`);
  return full as DiagnosticCode;
}
