/** A test of one text. */

import type { Asked } from './tree.ts';

/** Behind a prefix: of the tag that the text makes there. */
export interface TextTest {
  readonly asked: Asked;
  readonly as: 'value' | 'words';
  readonly prefix: string;
  readonly holds: (text: string) => boolean;
}

export function isNumeric(asked: Asked): boolean {
  return asked.kind === 'between' && typeof (asked.low ?? asked.high)?.value === 'number';
}
