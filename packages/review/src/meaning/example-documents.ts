/** Events and signals that the authors of content wrote down: what a reviewer recognises. */

import {
  TEST_START_MS,
  eventOfFields,
  expandTestEvents,
  ruleDocument,
  testSignal,
} from '@signalwright/detect';
import {
  addressOf,
  eventDocument,
  signalDocument,
  type AuthoredRule,
  type DataSource,
  type SearchDocument,
  type TestSignal,
} from '@signalwright/model';
import { ruleIdsOf, type Objects } from './objects.ts';

/** The rule's sample, and the first event of each entry of its tests. */
export function exampleEvents(rule: AuthoredRule): readonly SearchDocument[] {
  const { sample, tests, object } = rule;
  const source: DataSource = object.type === 'log_detection' ? 'logs' : 'spans';
  const stamp = { id: 'sample', tsMs: TEST_START_MS, dataSource: source };
  const events = tests.flatMap((test) =>
    test.kind === 'match'
      ? [eventOfFields({ ...sample, ...test.event }, stamp)]
      : [
          ...expandTestEvents(
            sample,
            test.events.map((entry) => ({ ...entry, repeat: Math.min(entry.repeat, 1) })),
            source,
          ),
        ],
  );
  return [...events, eventOfFields(sample, stamp)].map(eventDocument);
}

/** Events of the rules that a suppression names. */
export function exampleEventsOfRules(
  ruleIds: readonly string[],
  objects: Objects,
): readonly SearchDocument[] {
  return ruleIds.flatMap((id) => {
    const rule = objects.get(addressOf('detection-rule', id));
    return rule?.kind === 'detection-rule' ? exampleEvents(rule) : [];
  });
}

/** The rules of a side, as the rule search sees them. */
export function exampleRules(objects: Objects): readonly SearchDocument[] {
  return ruleIdsOf(objects).flatMap((id) => {
    const rule = objects.get(addressOf('detection-rule', id));
    return rule?.kind === 'detection-rule' ? [ruleDocument(rule.object, id)] : [];
  });
}

/**
 * The signals of an object's own tests, else one for each rule, as the rule would open it on its own sample.
 *
 * @param tests of a suppression, notification rule or view
 * @param ruleIds rules to make signals of where there are no tests
 */
export function exampleSignals(
  tests: readonly { readonly signal: TestSignal }[],
  ruleIds: readonly string[],
  objects: Objects,
): readonly SearchDocument[] {
  const written = tests.map(({ signal }) => signal);
  const made = ruleIds.map((rule): TestSignal => ({ rule, fields: {} }));
  return [...written, ...made].map((signal) => {
    const rule =
      signal.rule === undefined ? undefined : objects.get(addressOf('detection-rule', signal.rule));
    if (rule?.kind !== 'detection-rule') return signalDocument(testSignal(signal, undefined));
    // What the test leaves open, the rule's own sample fills.
    const fields = { ...rule.sample, ...signal.fields };
    return signalDocument(testSignal({ ...signal, fields }, rule.object));
  });
}
