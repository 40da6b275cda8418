/** Events come in, a rule makes a signal of them, and the signal is triaged: by the names of both versions. */

import type { Clients } from '../clients.ts';
import { eventually, idOf } from './expect.ts';
import { newRule } from './rules.ts';

export async function callSignals(clients: Clients): Promise<void> {
  const { security, firstSecurity, logs } = clients;
  const ruleId = idOf(await security.createSecurityMonitoringRule({ body: newRule() }));
  await logs.submitLog({ body: [{ ddsource: 'official-client', message: 'failed', service: 'shop' }] });
  const signalId = await eventually('a signal', async () => {
    const { data } = await security.listSecurityMonitoringSignals({ filterQuery: '*', pageLimit: 10 });
    return data?.[0]?.id;
  });
  await security.searchSecurityMonitoringSignals({
    body: {
      filter: { query: 'status:high', from: new Date(Date.now() - 3_600_000), to: new Date() },
      page: { limit: 2 },
    },
  });
  await security.getSecurityMonitoringSignal({ signalId });
  await security.getSignalEntities({ signalId, limit: 5 });
  await security.getInvestigationLogQueriesMatchingSignal({ signalId });
  await security.getSuggestedActionsMatchingSignal({ signalId });
  await security.editSecurityMonitoringSignalState({
    signalId,
    body: { data: { attributes: { state: 'under_review' } } },
  });
  await security.editSecurityMonitoringSignalAssignee({
    signalId,
    body: { data: { attributes: { assignee: { uuid: '' } } } },
  });
  await security.editSecurityMonitoringSignalIncidents({
    signalId,
    body: { data: { attributes: { incidentIds: [2066] } } },
  });
  await callMany(security, signalId);
  await firstSecurity.editSecurityMonitoringSignalState({ signalId, body: { state: 'under_review' } });
  await firstSecurity.editSecurityMonitoringSignalAssignee({ signalId, body: { assignee: '' } });
  await firstSecurity.addSecurityMonitoringSignalToIncident({ signalId, body: { incidentId: 2609 } });
  await callJobs(clients, ruleId);
  await security.deleteSecurityMonitoringRule({ ruleId });
}

async function callMany(security: Clients['security'], id: string): Promise<void> {
  const archived = { state: 'archived' as const, archiveReason: 'testing_or_maintenance' as const };
  await security.editSecurityMonitoringSignal({
    signalId: id,
    body: { data: { type: 'signal_metadata', attributes: archived } },
  });
  await security.bulkEditSecurityMonitoringSignalsState({
    body: { data: [{ id, type: 'signal', attributes: { state: 'open' } }] },
  });
  await security.bulkEditSecurityMonitoringSignalsAssignee({
    body: { data: [{ id, type: 'signal', attributes: { assignee: '' } }] },
  });
  await security.bulkEditSecurityMonitoringSignals({
    body: { data: [{ id, type: 'signal', attributes: archived }] },
  });
}

async function callJobs({ security }: Clients, ruleId: string): Promise<void> {
  const range = { from: Date.now() - 3_600_000, to: Date.now() + 60_000, index: 'main' };
  const run = async (): Promise<string> =>
    idOf(
      await security.runHistoricalJob({
        body: {
          data: { type: 'historicalDetectionsJobCreate', attributes: { fromRule: { id: ruleId, ...range } } },
        },
      }),
    );
  const jobId = await run();
  await security.listHistoricalJobs();
  await eventually('the end of a job', async () => {
    const { data } = await security.getHistoricalJob({ jobId });
    return data?.attributes?.jobStatus === 'completed' ? true : undefined;
  });
  const { data } = await security.getSecurityMonitoringHistsignalsByJobId({ jobId });
  const histsignalId = idOf({ data: data?.[0] });
  await security.getSecurityMonitoringHistsignal({ histsignalId });
  await security.listSecurityMonitoringHistsignals();
  await security.searchSecurityMonitoringHistsignals({ body: {} });
  await security.convertJobResultToSignal({
    body: {
      data: {
        type: 'historicalDetectionsJobResultSignalConversion',
        attributes: {
          jobResultIds: [histsignalId],
          notifications: [],
          signalMessage: 'What was found in the past.',
          signalSeverity: 'high',
        },
      },
    },
  });
  await security.deleteHistoricalJob({ jobId });
  await security.cancelHistoricalJob({ jobId: await run() });
}
