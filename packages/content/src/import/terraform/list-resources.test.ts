import { describe, expect, test } from 'vitest';
import { MAX_RESOURCES, listResources, type TerraformDocument } from './list-resources.ts';

const RULE = 'datadog_security_monitoring_rule';
const SUPPRESSION = 'datadog_security_monitoring_suppression';

function list(value: unknown): TerraformDocument {
  const document = listResources(value);
  if (typeof document === 'string') throw new Error(document);
  return document;
}

function state(...resources: readonly unknown[]): unknown {
  return { version: 4, resources };
}

function entry(instances: readonly unknown[], more: object = {}): object {
  return { mode: 'managed', type: RULE, name: 'logins', instances, ...more };
}

describe('a state', () => {
  test('addresses say module, count and key; ids come along', () => {
    const { found, source } = list(
      state(
        entry([{ attributes: { id: 'a-1', name: 'A' } }]),
        entry([{ index_key: 0, attributes: { id: 'a-2' } }], { module: 'module.waf["eu"].module.x' }),
        entry([{ index_key: 'k"ey', attributes: { id: '' } }]),
      ),
    );
    expect(found.map(({ address, id }) => [address, id])).toEqual([
      [`${RULE}.logins`, 'a-1'],
      [`module.waf["eu"].module.x.${RULE}.logins[0]`, 'a-2'],
      [`${RULE}.logins[${JSON.stringify('k"ey')}]`, undefined],
    ]);
    expect(source).toBe('state');
  });

  test('as terraform show -json has it, modules in modules', () => {
    const resource = (address: string, more: object = {}): object => ({
      address,
      mode: 'managed',
      type: RULE,
      values: { id: 'a', name: 'A' },
      sensitive_values: { tags: [false], case: [{}] },
      ...more,
    });
    const root = {
      resources: [resource('r.a'), resource('data.r.b', { mode: 'data' })],
      child_modules: [{ child_modules: [{ resources: [resource('module.m.module.n.r.c')] }] }],
    };
    const { found, refused } = list({ format_version: '1.0', values: { root_module: root } });
    expect(found.map(({ address }) => address)).toEqual(['r.a', 'module.m.module.n.r.c']);
    expect(refused).toEqual([]);
  });

  test('what is sensitive does not come into files', () => {
    const marks = [[{ type: 'get_attr', value: 'message' }]];
    const { refused } = list(state(entry([{ attributes: { message: 'x' }, sensitive_attributes: marks }])));
    expect(refused).toEqual([
      { address: `${RULE}.logins`, reason: expect.stringContaining('Its message is marked as sensitive') },
    ]);
    const shown = {
      address: 'r',
      mode: 'managed',
      type: RULE,
      values: {},
      sensitive_values: { case: [{ name: true }] },
    };
    expect(list({ values: { root_module: { resources: [shown] } } }).refused).toHaveLength(1);
  });

  test.each([
    ['a deposed one', entry([{ attributes: {}, deposed: '1a2b' }]), 'about to be destroyed'],
    ['one without attributes', entry([{ attributes_flat: {} }]), 'attributes are missing'],
    [
      'a rule of Datadog',
      entry([{ attributes: {} }], { type: 'datadog_security_monitoring_default_rule' }),
      'Import it from the org',
    ],
    [
      'a critical asset',
      entry([{ attributes: {} }], { type: 'datadog_security_monitoring_critical_asset' }),
      'leave it to Terraform',
    ],
    ['an entry without a name', { mode: 'managed', type: RULE }, 'no type and name'],
    ['instances that are text', entry(['x', null, 7] as never), 'attributes are missing'],
  ])('%s is named with its reason', (_what, resource, reason) => {
    const { found, refused } = list(state(resource));
    expect(found).toEqual([]);
    expect(refused[0]?.reason).toContain(reason);
  });

  test('resources of others are counted by their type, data sources are not', () => {
    const { found, refused, others } = list(
      state(
        entry([{ attributes: {} }, { attributes: {} }], { type: 'aws_instance' }),
        entry([{ attributes: {} }], { type: '__proto__' }),
        entry([{ attributes: {} }], { mode: 'data' }),
      ),
    );
    expect({ found, refused }).toEqual({ found: [], refused: [] });
    expect([...others]).toEqual([
      ['aws_instance', 2],
      ['__proto__', 1],
    ]);
  });
});

describe('a configuration in JSON', () => {
  test('bodies and names may stand in lists; what is about the resource itself is left out', () => {
    const { found, source } = list({
      '//': 'a comment',
      resource: [
        { [RULE]: { a: { name: 'A', depends_on: ['x'], lifecycle: {}, '//': 'b' } } },
        { [SUPPRESSION]: [{ b: [{ name: 'B' }] }] },
      ],
    });
    expect(found).toEqual([
      { address: `${RULE}.a`, type: RULE, attributes: { name: 'A' } },
      { address: `${SUPPRESSION}.b`, type: SUPPRESSION, attributes: { name: 'B' } },
    ]);
    expect(source).toBe('configuration');
  });

  test.each([
    ['count', { count: 2, name: 'A' }, 'It has count'],
    ['for_each', { for_each: '${var.x}' }, 'It has for_each'],
    ['a dynamic block', { dynamic: { case: {} } }, 'It has dynamic'],
    ['a dynamic block inside', { options: [{ dynamic: { x: {} } }] }, 'Its options[0].dynamic is computed'],
    [
      'an expression',
      { case: [{ condition: 'a > ${var.x}' }] },
      'Its case[0].condition is computed: ${var.x}',
    ],
    ['a directive', { message: '%{ if x }' }, 'Its message is computed'],
    ['no body', 'text', 'It has no body.'],
  ])('%s is known to the state only', (_what, body, reason) => {
    const { found, refused } = list({ resource: { [RULE]: { a: body } } });
    expect(found).toEqual([]);
    expect(refused).toEqual([{ address: `${RULE}.a`, reason: expect.stringContaining(reason) }]);
  });
});

test.each([
  ['a list', []],
  ['a text', 'x'],
  ['nothing', null],
  ['an answer of the API', { data: [] }],
  ['a plan', { planned_values: { root_module: {} } }],
  ['an older state', { version: 3, modules: [], resources: [] }],
])('%s is none of them', (_what, value) => {
  expect(typeof listResources(value)).toBe('string');
});

test.each([
  { version: 4, resources: [null, 1, 'x', [], {}, { instances: 1 }, entry(7 as never), entry([[]])] },
  { values: { root_module: { resources: 'x', child_modules: [null, { resources: [1] }] } } },
  { resource: { [RULE]: null, x: 5, [SUPPRESSION]: [[], 'x', { a: null }] } },
  {
    resource: JSON.parse(
      `{"__proto__":{"a":{}},"${RULE}":{"__proto__":{"__proto__":{"polluted":true}}}}`,
    ) as unknown,
  },
])('nonsense in its places is no crash %#', (value) => {
  expect(typeof listResources(value)).toBe('object');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a million resources: ours up to a limit, which is said; those of others are only counted', () => {
  const many = Array.from({ length: MAX_RESOURCES + 10 }, () => ({ attributes: {} }));
  const { found, refused } = list(state(entry(many)));
  expect(found).toHaveLength(MAX_RESOURCES);
  expect(refused).toEqual([{ address: 'the rest', reason: expect.stringContaining(String(MAX_RESOURCES)) }]);
  const foreign = entry(
    Array.from({ length: 1_000_000 }, () => ({})),
    { type: 'aws_instance' },
  );
  expect(list(state(foreign)).others.get('aws_instance')).toBe(1_000_000);
});
