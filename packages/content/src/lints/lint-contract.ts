/** What a lint is: it looks and reports; it changes nothing. */

import type { ContentObject, Diagnostic } from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import type { ContentEntry } from '../link/content-entry.ts';
import type { LinkContext, Report } from '../link/link-context.ts';

/** Of one object. `written` is the object as it stands in the file; paths of a report lead through it. */
export type Lint = (
  object: ContentObject,
  report: Report,
  context: LinkContext,
  written: WrittenObject,
) => void;

/**
 * Of objects that are like each other. It sees all of them, sorted by file, as the others know them, and loads those that it
 * reports. It is asked at each check: only what is quick to say belongs here.
 */
export type ContentLint = (entries: readonly ContentEntry[]) => readonly Diagnostic[];
