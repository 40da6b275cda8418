/** Colour for terminals, and text of others made inert before it reaches one. */

import { inertTerminal } from '@signalwright/template';

const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

export type Colour = keyof typeof CODES;

export type Paint = (colour: Colour, text: string) => string;

export function createPaint(color: boolean): Paint {
  return (colour, text) => (color && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}

export const OUTPUT_WIDTH = 100;

/** One line of at most `width` characters of a value that came from content or from the API. */
export function showValue(value: unknown, width: number): string {
  const text = inertTerminal(value === undefined ? '(absent)' : (JSON.stringify(value) ?? '(absent)'));
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Inert text in lines of at most `width` characters, each after `indent`; words are never cut. */
export function wrapText(text: string, indent: string, width: number = OUTPUT_WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of inertTerminal(text).split(' ')) {
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
