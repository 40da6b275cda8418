/** What was chosen for one area, to make a document of. */

import type { Literal, Place } from './literal.ts';

export type Choice = FieldChoice | EntriesChoice | MessageChoice | NotesChoice;

export interface FieldChoice {
  readonly kind: 'field';
  readonly place: Place & { readonly kind: 'attribute' | 'reserved' };
  readonly values: readonly string[];
  /** The values are compared as numbers, so a witness should hold numbers. */
  readonly numeric: boolean;
  /** Of an attribute: present only by a value somewhere below it, such as this. */
  readonly below?: string;
}

export interface EntriesChoice {
  readonly kind: 'entries';
  readonly added: readonly string[];
  /** Whether a tag that is there already may stay. */
  readonly mayStay: (tag: string) => boolean;
  /** Reserved fields that get a value, so that their tags do not count. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

export interface MessageChoice {
  readonly kind: 'message';
  readonly text: string;
}

export interface NotesChoice {
  readonly kind: 'notes';
  /** A text for each literal that wants one. */
  readonly notes: readonly { readonly literal: Literal; readonly text: string }[];
}

export type ChoiceAnswer<C = Choice> =
  | { readonly kind: 'found'; readonly choice: C }
  /** Proved: no set of values makes the literals true. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };
