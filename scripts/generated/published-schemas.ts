/** schemas/: what editors, catalogs and other tools read, each file complete in itself. */

import { editorSchema, SCHEMA_NAMES } from '@signalwright/content';
import type { Generator } from './generator.ts';

const FOLDER = 'schemas/';

export const publishedSchemas: Generator = {
  name: 'published-schemas',
  outputs: () => [FOLDER],
  render: () => {
    const files = SCHEMA_NAMES.map(
      (name) => [`${FOLDER}${name}.json`, `${JSON.stringify(editorSchema(name), null, 2)}\n`] as const,
    );
    return Promise.resolve(new Map(files));
  },
};
