/** Every generator of the repository. `npm run generate` runs them, `npm run check` compares. */

import { actionManifest } from './generated/action-manifest.ts';
import { apiPages } from './generated/api-pages.ts';
import type { Generator } from './generated/generator.ts';
import { lintIndex } from './generated/lint-index.ts';
import { lintPages } from './generated/lint-pages.ts';
import { publishedSchemas } from './generated/published-schemas.ts';
import { referencePages } from './generated/reference-pages.ts';
import { writtenForm } from './generated/written-form.ts';

export const GENERATORS: readonly Generator[] = [
  actionManifest,
  apiPages,
  lintIndex,
  lintPages,
  publishedSchemas,
  referencePages,
  writtenForm,
];
