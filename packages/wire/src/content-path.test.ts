import { expect, test } from 'vitest';
import { contentPathOf } from './content-path.ts';
import type { RemoteKind } from './ownership.ts';

type Row = [kind: RemoteKind, field: string, path: readonly (string | number)[]];

const rows: Row[] = [
  ['detection-rule', 'name', ['name']],
  ['detection-rule', 'isEnabled', ['enabled']],
  ['detection-rule', 'options.keepAlive', ['keepAlive']],
  // As the validation endpoint names it, without `options`.
  ['detection-rule', 'maxSignalDuration', ['maxSignalDuration']],
  ['detection-rule', 'cases[1].status', ['cases', 1, 'severity']],
  [
    'detection-rule',
    'cases[1].actions[0].options.duration',
    ['cases', 1, 'actions', 0, 'options', 'duration'],
  ],
  ['detection-rule', 'queries[2].groupByFields', ['queries', 2, 'groupBy']],
  ['detection-rule', 'queries[2].metrics', ['queries', 2]],
  ['detection-rule', 'queries[2].query', ['queries', 2, 'query']],
  ['detection-rule', 'options.newValueOptions.forgetAfter', ['new_value', 'forgetAfter']],
  ['detection-rule', 'options.anomalyDetectionOptions', ['anomaly_detection']],
  [
    'detection-rule',
    'options.thirdPartyRuleOptions.rootQueries[1].groupByFields',
    ['third_party', 'rootQueries', 1, 'groupBy'],
  ],
  ['detection-rule', 'thirdPartyCases[1].status', ['third_party', 'cases', 1, 'severity']],
  ['detection-rule', 'schedulingOptions.rrule', ['schedulingOptions', 'rrule']],
  ['suppression', 'data.attributes.rule_query', ['rules']],
  ['suppression', 'expiration_date', ['expires']],
  ['notification-rule', 'selectors.rule_types', ['selectors', 'ruleTypes']],
  ['notification-rule', 'targets', ['targets']],
  ['workflow', 'spec.steps[3].parameters[0].value', ['steps', 3, 'with']],
  ['workflow', 'spec.steps[3].name', ['steps', 3, 'id']],
  ['workflow', 'spec.triggers[0].securityTrigger', ['triggers']],
  ['workflow', 'description', ['description']],
  ['workflow', '', []],
];

test.each(rows)('%s: %s is written at %j', (kind, field, path) => {
  expect(contentPathOf(kind, field)).toEqual(path);
});
