/** Every route of an org, in one table. What is not in it answers 404; what is in it says who may use it. */

import type { Route } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { withPolicies } from '../people/restricted-routes.ts';
import { applicationKeyRoutes } from './application-key-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { connectionRoutes } from './connection-routes.ts';
import { criticalAssetRoutes } from './critical-asset-routes.ts';
import { forgetRoutes } from './forget-routes.ts';
import { historicalJobRoutes } from './historical-job-routes.ts';
import { historicalSignalRoutes } from './historical-signal-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { intakeRoutes } from './intake-routes.ts';
import { metricsRoutes } from './metrics-route.ts';
import { notificationRuleRoutes } from './notification-rule-routes.ts';
import { ownContentRoutes } from './own-content-routes.ts';
import { ownRoutes } from './own-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { ruleBulkRoutes } from './rule-bulk-routes.ts';
import { ruleTestRoutes } from './rule-test-routes.ts';
import { ruleVersionRoutes } from './rule-version-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { securityFilterRoutes } from './security-filter-routes.ts';
import { signalCountRoutes } from './signal-count-routes.ts';
import { signalInsightRoutes } from './signal-insight-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { signalRoutes } from './signal-routes.ts';
import { signalTriageRoutes } from './signal-triage-routes.ts';
import { suppressionRoutes } from './suppression-routes.ts';
import { terraformRoutes } from './terraform-routes.ts';
import { threatIntelListRoutes } from './threat-intel-list-routes.ts';
import { workflowRoutes } from './workflow-routes.ts';
import { restrictionPolicyRoutes } from './restriction-policy-routes.ts';
import { roleRoutes } from './role-routes.ts';
import { userRoutes } from './user-routes.ts';
import { userV1Routes } from './user-v1-routes.ts';

export function routeTable(services: OrgServices): readonly Route[] {
  const routes = [
    ...ruleBulkRoutes(services),
    ...ruleTestRoutes(services),
    ...ruleVersionRoutes(services),
    ...terraformRoutes(services),
    ...ruleRoutes(services),
    ...suppressionRoutes(services),
    ...notificationRuleRoutes(services),
    ...securityFilterRoutes(services),
    ...criticalAssetRoutes(services),
    ...signalTriageRoutes(services),
    ...signalRoutes(services),
    ...signalInsightRoutes(services),
    ...historicalJobRoutes(services),
    ...historicalSignalRoutes(services),
    ...workflowRoutes(services),
    ...connectionRoutes(services),
    ...auditRoutes(services),
    ...intakeRoutes(services),
    ...eventRoutes(services),
    ...signalCountRoutes(services),
    ...userRoutes(services),
    ...userV1Routes(services),
    ...roleRoutes(services),
    ...applicationKeyRoutes(services),
    ...restrictionPolicyRoutes(services),
    ...ownContentRoutes(services),
    ...ownRoutes(services),
    ...threatIntelListRoutes(services),
    ...forgetRoutes(services),
    ...metricsRoutes(services),
    ...pageRoutes(services),
    ...signInRoutes(services),
  ];
  return routes.map((route) => withPolicies(services, route));
}
