import type { Clients } from '../clients.ts';
import { idOf } from './expect.ts';

const RULE = {
  name: 'Failed logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Somebody failed to log in.',
  tags: ['team:security'],
  filters: [],
  queries: [
    {
      name: 'a',
      query: 'source:official-client',
      aggregation: 'count',
      groupByFields: [],
      distinctFields: [],
    },
  ],
  cases: [{ name: 'any', condition: 'a > 0', status: 'high', notifications: [] }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 600, maxSignalDuration: 900 },
} as const;

/** As the client's own types have it: nothing of it is read-only. */
export function newRule(change: Readonly<Record<string, unknown>> = {}): never {
  return { ...structuredClone(RULE), ...change } as never;
}

export async function callRules({ security }: Clients): Promise<void> {
  await security.validateSecurityMonitoringRule({ body: newRule() });
  const ruleId = idOf(await security.createSecurityMonitoringRule({ body: newRule() }));
  await security.listSecurityMonitoringRules({ pageSize: 10 });
  await security.getSecurityMonitoringRule({ ruleId });
  await security.updateSecurityMonitoringRule({ ruleId, body: { name: 'Failed logins, again', version: 1 } });
  await security.getRuleVersionHistory({ ruleId });
  await security.restoreSecurityMonitoringRule({ ruleId, version: 1 });
  const ruleQueryPayloads = [
    {
      expectedResult: true,
      index: 0,
      payload: { ddsource: 'official-client', message: 'no', service: 'shop' },
    },
  ];
  await security.testSecurityMonitoringRule({ body: { rule: newRule(), ruleQueryPayloads } });
  await security.testExistingSecurityMonitoringRule({ ruleId, body: { ruleQueryPayloads } });
  await security.convertSecurityMonitoringRuleFromJSONToTerraform({ body: newRule() });
  await security.convertExistingSecurityMonitoringRule({ ruleId });
  await security.bulkExportSecurityMonitoringRules({
    body: { data: { attributes: { ruleIds: [ruleId] }, type: 'security_monitoring_rules_bulk_export' } },
  });
  await security.bulkConvertExistingSecurityMonitoringRules({
    body: { data: { attributes: { ruleIds: [ruleId] }, type: 'security_monitoring_rules_convert_bulk' } },
  });
  await callTerraform(security);
  await security.deleteSecurityMonitoringRule({ ruleId });
  const second = idOf(await security.createSecurityMonitoringRule({ body: newRule() }));
  await security.bulkDeleteSecurityMonitoringRules({
    body: { data: { attributes: { ruleIds: [second] }, type: 'bulk_delete_rules' } },
  });
}

async function callTerraform(security: Clients['security']): Promise<void> {
  const resourceJson = {
    enabled: true,
    name: 'Staging',
    rule_query: 'source:cloudtrail',
    suppression_query: 'env:test',
  };
  await security.convertSecurityMonitoringTerraformResource({
    resourceType: 'suppressions',
    body: { data: { id: 'abc-123', type: 'convert_resource', attributes: { resourceJson } } },
  });
}
