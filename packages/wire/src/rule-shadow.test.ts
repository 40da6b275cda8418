/** Laws of a shadow: it reaches nobody, differs in nothing else, and the rule can be had back from it. */

import fc from 'fast-check';
import type { Payload } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { SHADOW_TAG, encodeRule, liveAgain, normalisePayload } from './index.ts';
import { detectionRule } from './testing/rule-arbitraries.ts';

const CTX = { stack: 'acme-appsec' };
const SHADOW = { ...CTX, stage: 'shadow' } as const;
/** A rule of Datadog is tuned, and has no stage. */
const ownRule = detectionRule.filter(({ tunes }) => tunes === undefined);

function casesOf(payload: Payload): readonly Payload[] {
  return ['cases', 'thirdPartyCases'].flatMap((list) => (payload[list] ?? []) as readonly Payload[]);
}

describe('whatever the rule', () => {
  test('no case of its shadow tells anybody, does anything or is more than info', () => {
    fc.assert(
      fc.property(ownRule, (rule) => {
        const payload = encodeRule(rule, SHADOW);
        for (const each of casesOf(payload)) {
          expect(each).toMatchObject({ status: 'info', notifications: [] });
          expect(each).not.toHaveProperty('actions');
          expect(each).not.toHaveProperty('customStatus');
        }
        expect((payload['tags'] as string[]).filter((tag) => tag === SHADOW_TAG)).toHaveLength(1);
      }),
    );
  });

  test('all else of it is the rule', () => {
    fc.assert(
      fc.property(ownRule, (rule) => {
        const rest = ({ cases: _c, thirdPartyCases: _t, tags: _g, options, ...others }: Payload): unknown => {
          const { thirdPartyRuleOptions: _o, ...kept } = options as Payload;
          return { ...others, options: kept };
        };
        expect(rest(encodeRule(rule, SHADOW))).toEqual(rest(encodeRule(rule, CTX)));
      }),
    );
  });

  test('it can be had back', () => {
    fc.assert(
      fc.property(ownRule, (rule) => {
        const live = encodeRule(rule, CTX);
        const again = liveAgain(encodeRule(rule, SHADOW), live) ?? {};
        expect(normalisePayload('detection-rule', again)).toEqual(normalisePayload('detection-rule', live));
      }),
    );
  });
});

const BASE: Payload = {
  name: 'Logins',
  tags: ['team:a'],
  cases: [
    {
      name: 'many',
      status: 'high',
      condition: 'a > 5',
      notifications: ['@slack-a'],
      actions: [{ type: 'block_ip' }],
    },
  ],
};

describe('fields that an import kept', () => {
  const rule = {
    kind: 'detection-rule',
    id: 'logins',
    name: 'Logins',
    type: 'log_detection',
    enabled: true,
    tags: [],
    message: '',
    method: { kind: 'threshold' },
    queries: [],
    cases: [{ name: '', severity: 'high', notifications: [], actions: [], condition: 'a > 1' }],
    filters: [],
    groupSignalsBy: [],
    referenceTables: [],
    calculatedFields: [],
    evaluationWindowMs: 300_000,
    keepAliveMs: 3_600_000,
    maxSignalDurationMs: 86_400_000,
    hasExtendedTitle: false,
  } as const;

  test.each([
    ['handles', { 'cases[0].notifications': ['no handle'] }],
    ['actions', { 'cases[0].actions': [{ type: 'erase_user' }] }],
    ['a severity', { 'cases[0].customStatus': 'critical' }],
    ['whole cases', { cases: [{ status: 'critical', notifications: ['@page'], actions: [{ type: 'x' }] }] }],
  ])('%s are silent too', (_what, unknownFields) => {
    expect(JSON.stringify(encodeRule({ ...rule, unknownFields }, CTX))).toMatch(
      /no handle|erase_user|critical/,
    );
    const [only] = casesOf(encodeRule({ ...rule, unknownFields }, SHADOW));
    expect(only).toMatchObject({ status: 'info', notifications: [] });
    expect(Object.keys(only ?? {})).not.toEqual(expect.arrayContaining(['actions']));
    expect(Object.keys(only ?? {})).not.toEqual(expect.arrayContaining(['customStatus']));
  });
});

describe('what somebody made of it at the target', () => {
  const [silent] = [{ name: 'many', status: 'info', condition: 'a > 5', notifications: [] }];
  const shadow = { ...BASE, tags: ['team:a', SHADOW_TAG], cases: [silent] };

  test('a shadow whose condition changed is one still', () => {
    const changed = { ...shadow, cases: [{ ...silent, condition: 'a > 9' }] };
    expect(liveAgain(changed, BASE)).toEqual({
      ...BASE,
      cases: [{ ...(BASE['cases'] as Payload[])[0], condition: 'a > 9' }],
    });
  });

  test('a case that only the target has stays as it is there', () => {
    const again = liveAgain({ ...shadow, cases: [silent, { ...silent, name: 'more' }] }, BASE);
    expect(casesOf(again ?? {}).map(({ status }) => status)).toEqual(['high', 'info']);
  });

  test.each([
    ['without the tag', { tags: ['team:a'] }],
    ['with a severity', { cases: [{ ...silent, status: 'low' }] }],
    ['with a handle', { cases: [{ ...silent, notifications: ['@slack-a'] }] }],
    ['with an action', { cases: [{ ...silent, actions: [{ type: 'block_ip' }] }] }],
    ['with a handle of a third party case', { thirdPartyCases: [{ ...silent, notifications: ['@a'] }] }],
    [
      'with a handle for what no case says',
      { options: { thirdPartyRuleOptions: { defaultNotifications: ['@a'] } } },
    ],
  ])('%s it is none any more', (_what, change) => {
    expect(liveAgain(shadow, BASE)).toBeDefined();
    expect(liveAgain({ ...shadow, ...change }, BASE)).toBeUndefined();
  });
});
