/** The audit trail, and connections of actions, which leave their traces in it. */

import type { Clients } from '../clients.ts';
import { idOf } from './expect.ts';

export async function callConnectionsAndAudit({ connections, audit }: Clients): Promise<void> {
  const attributes = {
    name: 'Read only',
    integration: {
      type: 'AWS' as const,
      credentials: { type: 'AWSAssumeRole' as const, role: 'Reader', accountId: '123456789123' },
    },
  };
  const made = await connections.createActionConnection({
    body: { data: { type: 'action_connection', attributes } },
  });
  const connectionId = idOf(made);
  await connections.getActionConnection({ connectionId });
  await connections.updateActionConnection({
    connectionId,
    body: { data: { type: 'action_connection', attributes: { name: 'Reads only' } } },
  });
  await connections.deleteActionConnection({ connectionId });
  const token = { type: 'SECRET' as const, name: 'key', value: 'secret' };
  const credentials = { type: 'HTTPTokenAuth' as const, tokens: [token] };
  const integration = { type: 'HTTP' as const, baseUrl: 'https://intel.example.com', credentials };
  await connections.createActionConnection({
    body: { data: { type: 'action_connection', attributes: { name: 'Intelligence', integration } } },
  });
  const { data } = await audit.listAuditLogs({ pageLimit: 5 });
  if (data?.length !== 5) throw new Error('The audit trail does not hold what was done.');
  await audit.searchAuditLogs({ body: { filter: { query: '@evt.name:action-connection' } } });
}
