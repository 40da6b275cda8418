/** The law of the writer: what it writes reads back as the same object, passes its schema, and fmt leaves it alone. */

import { KINDS, type ContentObject, type Kind } from '@signalwright/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asWritten, decode } from '../decode/decode.ts';
import { formatSource } from '../format/format-source.ts';
import { readYaml } from '../parse/read-yaml.ts';
import { schemaErrors } from '../schema/validator.ts';
import { sourceText } from '../source-text.ts';
import { writtenArbitrary } from '../testing/schema-arbitrary.ts';
import { printYaml, type WrittenMap } from './print-yaml.ts';
import { write } from './write.ts';

function read(kind: Kind, text: string): ContentObject['object'] {
  const parsed = readYaml(sourceText('x.yaml', text));
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.diagnostics)}`);
  const errors = schemaErrors(`${kind}.json`, parsed.data).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
  if (errors.length > 0) throw new Error(`${text}\n${errors.join('\n')}`);
  return decode(asWritten(kind, parsed.data), parsed.origin).object;
}

/** Tags are a set, and maps have no prototype where they come from a file. */
function comparable(object: ContentObject['object']): unknown {
  const plain = JSON.parse(JSON.stringify(object)) as { tags?: readonly string[] };
  return { ...plain, ...(plain.tags !== undefined && { tags: [...new Set(plain.tags)].toSorted() }) };
}

test.each(KINDS)('decode(write(m)) = m for every %s that can be written', (kind) => {
  fc.assert(
    fc.property(writtenArbitrary(kind), (data) => {
      const object = read(kind, printYaml(data));
      const text = printYaml(write(object) as unknown as WrittenMap);
      expect(comparable(read(kind, text))).toEqual(comparable(object));
      expect(formatSource('x.yaml', text)).toMatchObject({ ok: true, changed: false });
    }),
    { numRuns: 30 },
  );
});
