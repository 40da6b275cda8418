import { expect, test } from 'vitest';
import {
  jsonApiErrors,
  parseApiError,
  plainErrors,
  rulesError,
  wafErrors,
  workflowErrors,
  type ApiErrorDetail,
} from './api-error.ts';

type Row = [envelope: string, body: unknown, details: readonly ApiErrorDetail[]];

// Recorded bodies, and what an encoder of ours writes in the same place.
const rows: Row[] = [
  ['plain text', { errors: ['Signal not found'] }, [{ message: 'Signal not found' }]],
  ['plain text of ours', plainErrors('Not found'), [{ message: 'Not found' }]],
  [
    'JSON:API',
    { errors: [{ status: '404', title: 'Not Found', detail: 'job not found' }] },
    [{ message: 'job not found' }],
  ],
  ['JSON:API of ours', jsonApiErrors(400, 'Bad Request', 'a', 'b'), [{ message: 'a' }, { message: 'b' }]],
  ['JSON:API with a title alone', { errors: [{ title: 'Generic Error' }] }, [{ message: 'Generic Error' }]],
  [
    'rules, with targets',
    {
      error: {
        code: 'InvalidArgument',
        message: 'Invalid rule configuration',
        details: [
          {
            code: 'InvalidArgument',
            message: 'Max signal duration is too short',
            target: 'maxSignalDuration',
          },
          { code: 'InvalidArgument', message: 'Unknown field' },
        ],
      },
    },
    [
      { message: 'Max signal duration is too short', target: 'maxSignalDuration' },
      { message: 'Unknown field' },
    ],
  ],
  ['rules of ours, without details', rulesError('NotFound', 'No such rule'), [{ message: 'No such rule' }]],
  [
    'rules of ours, with a detail',
    rulesError('InvalidArgument', 'Invalid', [{ message: 'no', target: 'keepAlive' }]),
    [{ message: 'no', target: 'keepAlive' }],
  ],
  ['WAF', wafErrors('404', 'Policy not found'), [{ message: 'Policy not found' }]],
  [
    'workflow instances',
    workflowErrors('INSTANCE_NOT_FOUND', 'instance x not found'),
    [{ message: 'instance x not found' }],
  ],
  ['workflows', workflowErrors(undefined, 'workflow not found'), [{ message: 'workflow not found' }]],
  ['the page of a proxy', '<html>502</html>', [{ message: 'a web page' }]],
  [
    'a page with a title',
    '<!doctype html>\n<title>Sign\nin</title>',
    [{ message: 'a web page ("Sign in")' }],
  ],
  ['text that is no page', '<3', [{ message: '<3' }]],
  ['nothing', undefined, []],
  ['a list', [], []],
  ['errors that are no list', { errors: 'x' }, []],
  ['errors of a strange sort', { errors: [7, null, {}] }, []],
];

test.each(rows)('reads %s', (_envelope, body, details) => {
  expect(parseApiError(400, body).details).toEqual(details);
});

test('there is always a message', () => {
  expect(parseApiError(503, {}).messages).toEqual(['HTTP 503']);
});

test('messages are bounded in length and number', () => {
  const error = parseApiError(400, { errors: Array.from({ length: 50 }, () => 'x'.repeat(10_000)) });
  expect(error.messages).toHaveLength(20);
  expect(error.messages[0]).toHaveLength(501);
});
