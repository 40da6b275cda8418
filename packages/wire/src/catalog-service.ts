/**
 * Entries of the service catalog of the embedded org: where a service's page and code are, and who is on call. Chosen:
 * the public API describes services in other, larger forms.
 */

import type { CatalogService, Payload } from '@signalwright/model';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';

const LINK_KINDS = ['page', 'repository', 'runbook', 'other'] as const;

/** @param fields attributes of a request, or of the stored entry with those of a change over them */
export function decodeCatalogService(fields: Payload): Decoded<CatalogService> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(fields, '', problems);
  const service: CatalogService = {
    name: reader.text('name'),
    description: reader.text('description', ''),
    team: reader.text('team', ''),
    onCall: reader.text('on_call', ''),
    links: reader.list('links', (value, path) => {
      const link = reader.item(value, path);
      const read = {
        kind: link.oneOf('kind', LINK_KINDS),
        title: link.text('title', ''),
        url: link.text('url'),
      };
      if (!isWebAddress(read.url))
        link.refuse('url', 'Expected an address that begins with https:// or http://.');
      link.close();
      return read;
    }),
  };
  if (service.name.trim() === '') reader.refuse('name', 'It cannot be empty.');
  reader.ignore(['version']).close();
  return decoded(problems, service);
}

/** It becomes a link of a page: nothing but the web, and nobody's password. */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
