/**
 * Security filters on the wire: which logs detection looks at. Source: `…/configuration/security_filters`,
 * SecurityFilterCreateAttributes; recorded answers.
 */

import type { Payload, SecurityFilter } from '@signalwright/model';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';

/** @param fields attributes of a create body, or of the stored filter with those of an update over them */
export function decodeSecurityFilter(fields: Payload): Decoded<SecurityFilter> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(fields, '', problems);
  reader.oneOf('filtered_data_type', ['logs']);
  if (!reader.has('exclusion_filters')) reader.refuse('exclusion_filters', 'It is required.');
  const filter: SecurityFilter = {
    name: reader.text('name'),
    query: reader.text('query'),
    isEnabled: reader.flag('is_enabled'),
    exclusions: reader.list('exclusion_filters', (value, path) => {
      const exclusion = reader.item(value, path);
      const read = { name: exclusion.text('name'), query: exclusion.text('query') };
      exclusion.close();
      return read;
    }),
  };
  if (filter.name.trim() === '') reader.refuse('name', 'It cannot be empty.');
  reader.ignore(['is_builtin', 'version']).close();
  return decoded(problems, filter);
}
