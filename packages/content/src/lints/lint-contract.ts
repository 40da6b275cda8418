/** What a lint is: it looks at one object and reports; it changes nothing. */

import type { ContentObject } from '@signalwright/model';
import type { LinkContext, Report } from '../link/link-context.ts';

export type Lint = (object: ContentObject, report: Report, context: LinkContext) => void;
