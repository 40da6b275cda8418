/** What steps in tests may call: the built-in actions, and one of somebody else that must not be repeated. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionDescription, ActionManifest } from '@signalwright/model';

const BUILT_IN = JSON.parse(
  readFileSync(join(import.meta.dirname, '../packages/workflow/manifest.json'), 'utf8'),
) as ActionManifest;

const OPEN_TICKET: ActionDescription = {
  id: 'acme.ticket.open',
  summary: 'Opens a ticket.',
  replay: 'never',
  source: 'src/open.ts:1',
  input: {
    type: 'object',
    properties: { title: { type: 'string' } },
    required: ['title'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { url: { type: 'string' } },
    required: ['url'],
    additionalProperties: false,
  },
};

export const MANIFEST: ActionManifest = { ...BUILT_IN, actions: [OPEN_TICKET, ...BUILT_IN.actions] };
