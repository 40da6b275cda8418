import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { PatternPart } from '../ast.ts';
import { compilePattern, compileWordPattern, toSteps, wordParts } from '../match/pattern.ts';
import { wordForm } from '../match/words.ts';
import { formPattern, oneOfTexts, wholePattern, WORD_FORMS, type Acceptor } from './acceptor.ts';
import { findWord } from './find-word.ts';

function parts(text: string): readonly PatternPart[] {
  return text
    .split(/(\*+|\?)/)
    .filter((piece) => piece !== '')
    .map((piece): PatternPart =>
      piece.startsWith('*')
        ? { kind: 'any-run' }
        : piece === '?'
          ? { kind: 'any-one' }
          : { kind: 'text', text: piece },
    );
}

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '?'), { minLength: 1, maxLength: 5 })
  .map((signs) => signs.join(''))
  .filter((text) => /[*?]/.test(text));

/** Every text over two named letters and an odd one, up to a length. */
const texts = ['', ...grow(['a', 'b', 'c'], 5)];

function grow(letters: readonly string[], length: number): readonly string[] {
  if (length === 0) return [];
  const shorter = grow(letters, length - 1);
  return [...letters, ...letters.flatMap((letter) => shorter.map((rest) => letter + rest))];
}

describe('findWord', () => {
  test('says none only where no text of five letters has the property, and finds only texts that do', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 2 }),
        fc.array(pattern, { maxLength: 3 }),
        fc.array(fc.constantFrom<string>('', 'a', 'ab', 'b'), { maxLength: 2 }),
        (accepted, refused, refusedTexts) => {
          const yes = accepted.map((text) => compilePattern(parts(text)));
          const no = refused.map((text) => compilePattern(parts(text)));
          const fits = (text: string): boolean =>
            yes.every((check) => check(text)) &&
            !no.some((check) => check(text)) &&
            !refusedTexts.includes(text);
          const inAll = (text: string): Acceptor => wholePattern(toSteps(parts(text)));
          const question = {
            accepted: accepted.map(inAll),
            refused: [...refused.map(inAll), oneOfTexts(refusedTexts)],
          };
          const answer = findWord(question, { moves: 1_000_000 });
          if (answer.kind === 'found') expect(fits(answer.text)).toBe(true);
          if (answer.kind === 'none') expect(texts.find(fits)).toBeUndefined();
          expect(answer.kind).not.toBe('unknown');
        },
      ),
      { numRuns: 600 },
    );
  });

  test('the same holds of words in messages', () => {
    const messages = ['', ...grow(['a', 'b', 'c', ' '], 5)].map(wordForm);
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 2 }),
        fc.array(pattern, { maxLength: 2 }),
        (accepted, refused) => {
          const yes = accepted.map((text) => compileWordPattern(parts(text)));
          const no = refused.map((text) => compileWordPattern(parts(text)));
          const fits = (form: string): boolean =>
            yes.every((check) => check(form)) && !no.some((check) => check(form));
          const inWords = (text: string): Acceptor => formPattern(toSteps(wordParts(parts(text))));
          const question = {
            accepted: [WORD_FORMS, ...accepted.map(inWords)],
            refused: refused.map(inWords),
          };
          const answer = findWord(question, { moves: 1_000_000 });
          if (answer.kind === 'found')
            expect(fits(answer.text) && answer.text === wordForm(answer.text)).toBe(true);
          if (answer.kind === 'none') expect(messages.find(fits)).toBeUndefined();
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a spent budget is unknown, never none', () => {
    const steps = toSteps(parts('*a*b*c'));
    const answer = findWord({ accepted: [wholePattern(steps)], refused: [] }, { moves: 5 });
    expect(answer.kind).toBe('unknown');
  });
});
