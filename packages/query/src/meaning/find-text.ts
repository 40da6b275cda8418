/**
 * Free text: what the message says, and texts for `*:x`, which looks at the message and every attribute. A
 * text that `*:x` wants may stand in an attribute of its own; what it excludes must stand nowhere.
 */

import type { PatternPart, Test } from '../ast.ts';
import { compileParts, toSteps, wordParts } from '../match/pattern.ts';
import { wordForm } from '../match/words.ts';
import { formPattern, WORD_FORMS } from './acceptor.ts';
import type { Ask } from './ask.ts';
import type { ChoiceAnswer, MessageChoice, NotesChoice } from './choice.ts';
import type { Facts, Group } from './facts.ts';
import { findWord, type WordBudget } from './find-word.ts';
import type { Literal } from './literal.ts';

/** A pattern on word forms. */
type Parts = readonly PatternPart[];

/** What `*:x` excludes, as questions about a value. */
export function refusedWords(facts: Facts): readonly Ask[] {
  return excludedParts(facts).map((parts) => ({ on: 'words', parts }));
}

function excludedParts(facts: Facts): readonly Parts[] {
  return partsOf(facts.groups.get('everything')?.negatives ?? []);
}

/** The message has one word form, which all literals ask. */
export function findMessage(facts: Facts, group: Group, budget: WordBudget): ChoiceAnswer<MessageChoice> {
  const needed = group.positives.filter((literal) => literal.test.kind !== 'exists');
  const accepted = partsOf(needed);
  const isAbsent = group.negatives.some((literal) => literal.test.kind === 'exists');
  // A test without a word finds nothing; an absent message holds no word.
  if (accepted.length < needed.length || (isAbsent && needed.length > 0)) return { kind: 'none' };
  if (isAbsent || group.positives.length === 0) return said('');
  // A message of punctuation has no words and yet is one.
  if (needed.length === 0) return said('-');
  const refused = [...partsOf(group.negatives), ...excludedParts(facts)];
  const text = joinedWords(accepted, refused, budget) ?? findWords(accepted, refused, budget);
  return typeof text === 'string' ? said(text.trim()) : text;
}

function said(text: string): ChoiceAnswer<MessageChoice> {
  return { kind: 'found', choice: { kind: 'message', text } };
}

export function findNotes(group: Group, budget: WordBudget): ChoiceAnswer<NotesChoice> {
  const refused = partsOf(group.negatives);
  const notes: { literal: Literal; text: string }[] = [];
  let isOpen = false;
  for (const literal of group.positives) {
    const parts = partsOf([literal]);
    const text = parts.length === 0 ? ({ kind: 'none' } as const) : findWords(parts, refused, budget);
    if (typeof text === 'string') notes.push({ literal, text: text.trim() });
    else if (text.kind === 'none') return { kind: 'none' };
    else isOpen = true;
  }
  return isOpen ? { kind: 'unknown' } : { kind: 'found', choice: { kind: 'notes', notes } };
}

/** Most often each pattern may simply have words of its own, side by side. */
function joinedWords(
  accepted: readonly Parts[],
  refused: readonly Parts[],
  budget: WordBudget,
): string | undefined {
  const words: string[] = [];
  for (const parts of accepted) {
    const one = findWords([parts], refused, budget);
    if (typeof one !== 'string') return undefined;
    words.push(one.trim());
  }
  const form = wordForm([...new Set(words)].join(' '));
  return refused.some((parts) => compileParts(parts)(form)) ? undefined : form;
}

function findWords(
  accepted: readonly Parts[],
  refused: readonly Parts[],
  budget: WordBudget,
): string | { readonly kind: 'none' | 'unknown' } {
  const inForm = (parts: Parts) => formPattern(toSteps(parts));
  const question = { accepted: [WORD_FORMS, ...accepted.map(inForm)], refused: refused.map(inForm) };
  const answer = findWord(question, budget);
  return answer.kind === 'found' ? answer.text : { kind: answer.kind };
}

/** Those tests that can find a word, as patterns on word forms. */
function partsOf(literals: readonly { readonly test: Test }[]): readonly Parts[] {
  return literals.map(({ test }) => formParts(test)).filter((parts) => parts !== undefined);
}

function formParts(test: Test): Parts | undefined {
  if (test.kind === 'pattern') return wordParts(test.parts);
  const words = test.kind === 'equals' ? wordForm(test.value) : ' ';
  return words === ' ' ? undefined : [{ kind: 'text', text: words }];
}
