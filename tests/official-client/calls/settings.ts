/** Suppressions, security filters, critical assets and notification rules. */

import type { Clients } from '../clients.ts';
import { idOf } from './expect.ts';
import { newRule } from './rules.ts';

export async function callSettings(clients: Clients): Promise<void> {
  await callSuppressions(clients);
  await callSecurityFilters(clients);
  await callCriticalAssets(clients);
  await callNotificationRules(clients);
}

async function callSuppressions({ security }: Clients): Promise<void> {
  const attributes = {
    name: 'Staging',
    enabled: true,
    ruleQuery: 'type:log_detection',
    suppressionQuery: 'env:staging',
  };
  const body = { data: { type: 'suppressions' as const, attributes } };
  await security.validateSecurityMonitoringSuppression({ body });
  const suppressionId = idOf(await security.createSecurityMonitoringSuppression({ body }));
  await security.listSecurityMonitoringSuppressions();
  await security.getSecurityMonitoringSuppression({ suppressionId });
  await security.updateSecurityMonitoringSuppression({
    suppressionId,
    body: { data: { type: 'suppressions', attributes: { suppressionQuery: 'env:dev', version: 1 } } },
  });
  await security.getSuppressionVersionHistory({ suppressionId });
  const ruleId = idOf(await security.createSecurityMonitoringRule({ body: newRule() }));
  await security.getSuppressionsAffectingRule({ ruleId });
  await security.getSuppressionsAffectingFutureRule({ body: newRule() });
  await security.getCriticalAssetsAffectingRule({ ruleId });
  const resource = { resourceType: 'suppressions', resourceId: suppressionId } as const;
  await security.exportSecurityMonitoringTerraformResource(resource);
  await security.bulkExportSecurityMonitoringTerraformResources({
    resourceType: 'suppressions',
    body: { data: { type: 'bulk_export_resources', attributes: { resourceIds: [suppressionId] } } },
  });
  await security.deleteSecurityMonitoringSuppression({ suppressionId });
  await security.deleteSecurityMonitoringRule({ ruleId });
}

async function callSecurityFilters({ security }: Clients): Promise<void> {
  const attributes = {
    name: 'Shop',
    query: 'service:shop',
    isEnabled: true,
    filteredDataType: 'logs' as const,
    exclusionFilters: [{ name: 'staging', query: 'env:staging' }],
  };
  const made = await security.createSecurityFilter({
    body: { data: { type: 'security_filters', attributes } },
  });
  const securityFilterId = idOf(made);
  await security.listSecurityFilters();
  await security.listSecurityFilterVersions();
  await security.getSecurityFilter({ securityFilterId });
  await security.updateSecurityFilter({
    securityFilterId,
    body: { data: { type: 'security_filters', attributes: { ...attributes, name: 'The shop', version: 1 } } },
  });
  await security.deleteSecurityFilter({ securityFilterId });
}

async function callCriticalAssets({ security }: Clients): Promise<void> {
  const attributes = {
    query: 'host:bastion',
    ruleQuery: 'type:log_detection',
    severity: 'increase' as const,
    tags: ['team:security'],
  };
  const made = await security.createSecurityMonitoringCriticalAsset({
    body: { data: { type: 'critical_assets', attributes } },
  });
  const criticalAssetId = idOf(made);
  await security.listSecurityMonitoringCriticalAssets();
  await security.getSecurityMonitoringCriticalAsset({ criticalAssetId });
  await security.updateSecurityMonitoringCriticalAsset({
    criticalAssetId,
    body: { data: { type: 'critical_assets', attributes: { severity: 'high', version: 1 } } },
  });
  await security.exportSecurityMonitoringTerraformResource({
    resourceType: 'critical_assets',
    resourceId: criticalAssetId,
  });
  await security.bulkExportSecurityMonitoringTerraformResources({
    resourceType: 'critical_assets',
    body: { data: { type: 'bulk_export_resources', attributes: { resourceIds: [criticalAssetId] } } },
  });
  await security.convertSecurityMonitoringTerraformResource({
    resourceType: 'critical_assets',
    body: {
      data: {
        id: 'abc-123',
        type: 'convert_resource',
        attributes: {
          resourceJson: {
            query: 'host:bastion',
            rule_query: 'type:log_detection',
            severity: 'high',
            tags: [],
          },
        },
      },
    },
  });
  await security.deleteSecurityMonitoringCriticalAsset({ criticalAssetId });
}

async function callNotificationRules({ security }: Clients): Promise<void> {
  const signals = {
    name: 'High signals',
    enabled: true,
    targets: ['@soc@example.com'],
    selectors: {
      triggerSource: 'security_signals' as const,
      ruleTypes: ['log_detection' as const],
      severities: ['high' as const],
      query: 'env:prod',
    },
  };
  const body = { data: { type: 'notification_rules' as const, attributes: signals } };
  await security.sendSecurityMonitoringNotificationPreview({ body });
  const id = idOf(await security.createSignalNotificationRule({ body }));
  await security.getSignalNotificationRules();
  await security.getSignalNotificationRule({ id });
  const change = { attributes: { enabled: false, version: 1 }, id, type: 'notification_rules' as const };
  await security.patchSignalNotificationRule({ id, body: { data: change } });
  await security.deleteSignalNotificationRule({ id });

  const findings = {
    ...signals,
    timeAggregation: 86_400,
    selectors: {
      triggerSource: 'security_findings' as const,
      ruleTypes: ['misconfiguration' as const],
      severities: ['critical' as const],
      query: 'env:prod',
    },
  };
  const other = idOf(
    await security.createVulnerabilityNotificationRule({
      body: { data: { type: 'notification_rules', attributes: findings } },
    }),
  );
  await security.getVulnerabilityNotificationRules();
  await security.getVulnerabilityNotificationRule({ id: other });
  await security.patchVulnerabilityNotificationRule({
    id: other,
    body: { data: { ...change, id: other } },
  });
  await security.deleteVulnerabilityNotificationRule({ id: other });
}
