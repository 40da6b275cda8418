/** The APIs of the official client, pointed at an org and watched. */

import { client, logger, v1, v2 } from '@datadog/datadog-api-client';
import type { StartedOrg } from './start-org.ts';
import type { Watch } from './watch-answers.ts';

export interface Clients {
  readonly security: v2.SecurityMonitoringApi;
  readonly firstSecurity: v1.SecurityMonitoringApi;
  readonly workflows: v2.WorkflowAutomationApi;
  readonly logs: v2.LogsApi;
  readonly spans: v2.SpansApi;
  readonly connections: v2.ActionConnectionApi;
  readonly audit: v2.AuditApi;
  readonly firstUsers: v1.UsersApi;
  readonly users: v2.UsersApi;
  readonly roles: v2.RolesApi;
  readonly keys: v2.KeyManagementApi;
  readonly policies: v2.RestrictionPoliciesApi;
}

export function openClients(org: StartedOrg, watch: Watch): Clients {
  // It warns of each operation that may still change.
  logger.setLevel('error');
  const configuration = client.createConfiguration({
    authMethods: { apiKeyAuth: org.apiKey, appKeyAuth: org.applicationKey },
    baseServer: new client.BaseServerConfiguration(org.url, {}),
    fetch: watch.fetch,
  });
  for (const name of Object.keys(configuration.unstableOperations)) {
    configuration.unstableOperations[name] = true;
  }
  return {
    security: watch.over(new v2.SecurityMonitoringApi(configuration)),
    firstSecurity: watch.over(new v1.SecurityMonitoringApi(configuration)),
    workflows: watch.over(new v2.WorkflowAutomationApi(configuration)),
    logs: watch.over(new v2.LogsApi(configuration)),
    spans: watch.over(new v2.SpansApi(configuration)),
    connections: watch.over(new v2.ActionConnectionApi(configuration)),
    audit: watch.over(new v2.AuditApi(configuration)),
    firstUsers: watch.over(new v1.UsersApi(configuration)),
    users: watch.over(new v2.UsersApi(configuration)),
    roles: watch.over(new v2.RolesApi(configuration)),
    keys: watch.over(new v2.KeyManagementApi(configuration)),
    policies: watch.over(new v2.RestrictionPoliciesApi(configuration)),
  };
}
