/** A leaf, with what its author should know about it. */

import type { Field, Query, Span, Test } from '../ast.ts';
import { leaf } from '../build.ts';
import { hasWord } from '../match/words.ts';
import { excerpt, warn, type Cursor } from './cursor.ts';

export function makeLeaf(cursor: Cursor, field: Field, test: Test, span: Span): Query {
  const isText = field.kind === 'message' || field.kind === 'everything';
  if (isText && !hasWord(test)) {
    warn(
      cursor,
      'no-searchable-word',
      span,
      'Free text is searched word by word, and this holds no letter or digit.',
      'Search special characters in an attribute.',
    );
  }
  if (field.kind === 'calculated') {
    warn(
      cursor,
      'calculated-field',
      span,
      `The calculated field "#${excerpt(field.name)}" has no value here: nothing matches.`,
    );
  }
  return leaf(field, test, span);
}
