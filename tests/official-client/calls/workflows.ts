import type { v2 } from '@datadog/datadog-api-client';
import type { Clients } from '../clients.ts';
import { idOf } from './expect.ts';

/** After the signals: what starts a workflow here is a signal. */
export async function callWorkflows({ workflows, security }: Clients): Promise<void> {
  const attributes = {
    name: 'Look at an address',
    description: 'Looks many times.',
    published: true,
    tags: ['team:security'],
    spec: {
      triggers: [{ startStepNames: ['step1'], securityTrigger: {} }],
      steps: manySteps(),
    },
  };
  const made = await workflows.createWorkflow({ body: { data: { type: 'workflows', attributes } } });
  const workflowId = idOf(made);
  await workflows.listWorkflows();
  await workflows.getWorkflow({ workflowId });
  await workflows.updateWorkflow({
    workflowId,
    body: { data: { id: workflowId, type: 'workflows', attributes: { description: 'Looks.' } } },
  });
  const { data: signals } = await security.listSecurityMonitoringSignals({ pageLimit: 1 });
  const signalId = idOf({ data: signals?.[0] });
  const instanceId = idOf(
    await workflows.createWorkflowInstance({ workflowId, body: { meta: { payload: { signalId } } } }),
  );
  await workflows.cancelWorkflowInstance({ workflowId, instanceId });
  await workflows.listWorkflowInstances({ workflowId });
  await workflows.getWorkflowInstance({ workflowId, instanceId });
  await workflows.deleteWorkflow({ workflowId });
}

/** One after the other, so that the run is still under way when it is cancelled. */
function manySteps(): v2.Step[] {
  return Array.from({ length: STEPS }, (_, index) => ({
    name: `step${index + 1}`,
    actionId: 'signalwright.threat_intel.lookup',
    parameters: [{ name: 'ip', value: '203.0.113.7' }],
    ...(index + 1 < STEPS && {
      outboundEdges: [{ nextStepName: `step${index + 2}`, branchName: 'main' }],
    }),
  }));
}

const STEPS = 100;
