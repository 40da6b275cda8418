/** Colour for terminals, and values of others made inert before they reach one. */

import { maskSecrets, showText } from '@signalwright/template';

const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

export type Colour = keyof typeof CODES;

export type Paint = (colour: Colour, text: string) => string;

export function createPaint(color: boolean): Paint {
  return (colour, text) => (color && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}

export const OUTPUT_WIDTH = 100;

/**
 * One line of at most `width` characters of a value that came from content or from the API. Secrets are masked before
 * it is cut, and before JSON puts a backslash before the quotes that some are known by.
 */
export function showValue(value: unknown, width: number): string {
  const shown = typeof value === 'string' ? maskSecrets(value) : value;
  const text = showText(shown === undefined ? '(absent)' : (JSON.stringify(shown) ?? '(absent)'));
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Inert text in lines of at most `width` characters, each after `indent`; words are never cut. */
export function wrapText(text: string, indent: string, width: number = OUTPUT_WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of showText(text).split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

/** `3 created`, `1 object`, `2 objects`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
