/** What a lint is: it looks at one object and reports; it changes nothing. */

import type { ContentObject } from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import type { LinkContext, Report } from '../link/link-context.ts';

/** `written` is the object as it stands in the file; paths of a report lead through it. */
export type Lint = (
  object: ContentObject,
  report: Report,
  context: LinkContext,
  written: WrittenObject,
) => void;
