/**
 * From a field of a payload back to where content writes it, so that a plan line and a refusal of the API point to
 * a place in a file. Fields without a row are written under the name they have on the wire.
 */

import type { ContentPath } from '@signalwright/model';
import type { RemoteKind } from './ownership.ts';

type Segment = string | number;

/** A row: the segments on the wire (`#` is a position), and those of content (`#1` the first position). The first that fits counts. */
type Row = readonly [wire: readonly string[], content: readonly Segment[]];

const TIMEOUT = 'instantaneousBaselineTimeout';

const ROWS: Readonly<Record<RemoteKind, readonly Row[]>> = {
  'detection-rule': [
    [['isEnabled'], ['enabled']],
    [['options', 'detectionMethod'], []],
    [
      ['options', 'newValueOptions', 'instantaneousBaselineTimeoutMinutes'],
      ['new_value', TIMEOUT],
    ],
    [['options', 'newValueOptions'], ['new_value']],
    [
      ['options', 'anomalyDetectionOptions', 'instantaneousBaselineTimeoutMinutes'],
      ['anomaly_detection', TIMEOUT],
    ],
    [['options', 'anomalyDetectionOptions'], ['anomaly_detection']],
    [['options', 'impossibleTravelOptions'], ['impossible_travel']],
    [
      ['options', 'thirdPartyRuleOptions', 'defaultStatus'],
      ['third_party', 'defaultSeverity'],
    ],
    [
      ['options', 'thirdPartyRuleOptions', 'rootQueries', '#', 'groupByFields'],
      ['third_party', 'rootQueries', '#1', 'groupBy'],
    ],
    [['options', 'thirdPartyRuleOptions'], ['third_party']],
    [['options', 'sequenceDetectionOptions'], ['sequence_detection']],
    [
      ['options', 'hardcodedEvaluatorType'],
      ['hardcoded', 'evaluatorType'],
    ],
    [['options', 'complianceRuleOptions'], ['complianceRuleOptions']],
    [['options'], []],
    [
      ['thirdPartyCases', '#', 'status'],
      ['third_party', 'cases', '#1', 'severity'],
    ],
    [['thirdPartyCases'], ['third_party', 'cases']],
    [
      ['filters', '#', 'query'],
      ['filters', '#1'],
    ],
    [
      ['filters', '#', 'action'],
      ['filters', '#1'],
    ],
    [
      ['queries', '#', 'groupByFields'],
      ['queries', '#1', 'groupBy'],
    ],
    [
      ['queries', '#', 'distinctFields'],
      ['queries', '#1', 'cardinality'],
    ],
    [
      ['queries', '#', 'metrics'],
      ['queries', '#1'],
    ],
    [
      ['queries', '#', 'aggregation'],
      ['queries', '#1'],
    ],
    [['queries', '#', 'dataSource'], ['type']],
    [['queries', '#', 'customQueryExtension'], ['queryExtension']],
    [
      ['cases', '#', 'customStatus'],
      ['cases', '#1', 'customSeverity'],
    ],
    [
      ['cases', '#', 'status'],
      ['cases', '#1', 'severity'],
    ],
  ],
  suppression: [
    [['description'], ['reason']],
    [['rule_query'], ['rules']],
    [['suppression_query'], ['suppressSignals']],
    [['data_exclusion_query'], ['excludeEvents']],
    [['start_date'], ['starts']],
    [['expiration_date'], ['expires']],
  ],
  'notification-rule': [
    [
      ['selectors', 'rule_types'],
      ['selectors', 'ruleTypes'],
    ],
    [
      ['selectors', 'trigger_source'],
      ['selectors', 'source'],
    ],
    [['time_aggregation'], ['timeAggregation']],
  ],
  workflow: [
    [['spec', 'handle'], ['id']],
    [['spec', 'triggers'], ['triggers']],
    [['spec', 'inputSchema'], ['inputs']],
    [['spec', 'outputSchema'], ['outputs']],
    [['spec', 'connectionEnvs'], ['connections']],
    [['spec', 'annotations'], ['annotations']],
    [
      ['spec', 'steps', '#', 'name'],
      ['steps', '#1', 'id'],
    ],
    [
      ['spec', 'steps', '#', 'actionId'],
      ['steps', '#1', 'action'],
    ],
    [
      ['spec', 'steps', '#', 'parameters'],
      ['steps', '#1', 'with'],
    ],
    [
      ['spec', 'steps', '#', 'errorHandlers'],
      ['steps', '#1', 'retry'],
    ],
    [
      ['spec', 'steps', '#', 'readinessGate'],
      ['steps', '#1', 'join'],
    ],
    [
      ['spec', 'steps', '#', 'completionGate'],
      ['steps', '#1', 'waitUntil'],
    ],
    [
      ['spec', 'steps', '#', 'connectionLabel'],
      ['steps', '#1', 'connection'],
    ],
    [
      ['spec', 'steps', '#', 'outboundEdges'],
      ['steps', '#1'],
    ],
    [['spec'], []],
  ],
};

/** Rows that replace the rest of the path: what lies below has no place of its own in the file. */
const WHOLE = new Set([
  'metrics',
  'aggregation',
  'dataSource',
  'annotations',
  'completionGate',
  'connectionEnvs',
  'inputSchema',
  'outputSchema',
  'triggers',
  'parameters',
  'errorHandlers',
  'readinessGate',
  'outboundEdges',
]);

/** @param field as in diffs (`cases[0].status`) or as the API names it in a refusal (`data.attributes.name`) */
export function contentPathOf(kind: RemoteKind, field: string): ContentPath {
  const path = parseField(field.replace(/^data\.attributes\./, ''));
  for (const [wire, content] of ROWS[kind]) {
    if (
      !wire.every((segment, index) =>
        segment === '#' ? typeof path[index] === 'number' : path[index] === segment,
      )
    )
      continue;
    const position = path.find((segment) => typeof segment === 'number') ?? 0;
    const start = content.map((segment) => (segment === '#1' ? position : segment));
    const rest = WHOLE.has(wire.at(-1) ?? '') ? [] : path.slice(wire.length);
    return [...start, ...rest];
  }
  return path;
}

/** `cases[0].status` gives `cases`, 0, `status`. */
function parseField(field: string): readonly Segment[] {
  return field
    .split(/[.[\]]/)
    .filter((segment) => segment !== '')
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}
