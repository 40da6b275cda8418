import { expect, test } from 'vitest';
import { readOrg } from './org-answer.ts';

const org = (attributes: object): object => ({
  data: {},
  included: [{ type: 'roles' }, { type: 'orgs', attributes }],
});

const rows: readonly (readonly [what: string, body: unknown, expected: unknown])[] = [
  ['an organisation', org({ public_id: 'abcdef123456', name: 'Acme' }), { id: 'abcdef123456', name: 'Acme' }],
  ['one without a name', org({ public_id: 'abcdef123456' }), { id: 'abcdef123456', name: '' }],
  [
    'a name without end',
    org({ public_id: 'a', name: 'n'.repeat(1_000) }),
    { id: 'a', name: 'n'.repeat(100) },
  ],
  ['no id', org({ name: 'Acme' }), undefined],
  ['an id that is no text', org({ public_id: 7 }), undefined],
  ['an id without end', org({ public_id: 'x'.repeat(1_000) }), undefined],
  ['no organisation', { data: [], included: [] }, undefined],
  ['a list', [], undefined],
  ['nothing', undefined, undefined],
];

test.each(rows)('%s', (_what, body, expected) => {
  expect(readOrg(body)).toEqual(expected);
});
