/** What people get when a signal opens, from the event to the request that the receiver sees. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { loginFailure, loginRule, openTestOrg, START_MS, type TestOrg } from './testing/test-org.ts';

let own: TestOrg;
beforeEach(async () => {
  own = await openTestOrg();
});
afterEach(() => own.close());

async function openSignal(message: string, ip = '203.0.113.9'): Promise<unknown> {
  const cases = [
    { name: 'burst', condition: 'failures > 4', status: 'high', notifications: ['@slack-appsec'] },
  ];
  const created = await own.client.rules.create(loginRule({ message, cases }));
  expect(created.kind).toBe('done');
  own.clock.nowMs = START_MS + 6_000;
  const events = Array.from({ length: 5 }, (_, index) =>
    loginFailure(`e${index}`, START_MS + index * 1_000, ip),
  );
  await own.client.own.sendSpans(events);
  await own.org.settle();
  expect(own.webhook.received).toHaveLength(1);
  return own.webhook.received[0]?.body;
}

function plain(text: string): unknown {
  return { type: 'plain_text', text, emoji: false };
}

test('a channel gets the title, the message as text, what it is about and a link to the page', async () => {
  const body = await openSignal('## What\n**{{@http.client_ip}}** failed to log in.\n\n- look\n- block');
  const found = await own.client.signals.search({ query: '' });
  const [signal] = found.kind === 'done' ? found.value : [];
  expect(body).toEqual({
    text: 'A signal of severity high was opened.',
    blocks: [
      { type: 'header', text: plain('HIGH: Failed logins - burst') },
      { type: 'section', text: plain('What\n\n203.0.113.9 failed to log in.\n\n• look\n• block') },
      {
        type: 'section',
        fields: [
          plain('Rule\nFailed logins'),
          plain('Service\nshop'),
          plain('Environment\nprod'),
          plain('Attackers\n203.0.113.9'),
          plain('Victims\nuser-e0, user-e1, user-e2, user-e3, user-e4'),
          plain('Events\n5'),
          expect.objectContaining({ text: expect.stringMatching(/^Told by\ndetection-rule:/) as unknown }),
        ],
      },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            text: plain('Open the signal'),
            url: `https://signals.example.com/soc/signals/${signal?.id}`,
          },
        ],
      },
      { type: 'context', elements: [plain('A signal of severity high was opened. acme')] },
    ],
  });
});

test('what an attacker wrote stays his words', async () => {
  const body = await openSignal(
    'From {{@http.client_ip}}.',
    '<!channel> \u202e*x* [y](https://evil.example)',
  );
  const text = JSON.stringify(body);
  expect(text).toContain('From <!channel> \\\\u{202e}*x* [y](https://evil.example).');
  expect(text).not.toContain('mrkdwn');
  expect(text).not.toContain('&#');
});

test('an address without a mail server says so, and a handle that leads nowhere', async () => {
  const cases = [
    {
      name: 'burst',
      condition: 'failures > 4',
      status: 'high',
      notifications: ['@slack-appsec', '@bob@acme.example', '@nobody'],
    },
  ];
  await own.client.rules.create(loginRule({ cases }));
  own.clock.nowMs = START_MS + 6_000;
  const events = Array.from({ length: 5 }, (_, index) => loginFailure(`e${index}`, START_MS + index * 1_000));
  await own.client.own.sendSpans(events);
  await own.org.settle();
  const found = await own.client.signals.search({ query: '' });
  const [signal] = found.kind === 'done' ? found.value : [];
  const notices = await own.call('GET', `/api/signalwright/signals/${signal?.id}/notices`);
  expect(notices.body).toMatchObject({
    data: [
      { attributes: { status: 'done' } },
      { attributes: { status: 'failed', reason: 'This org has no mail server.' } },
      { attributes: { status: 'failed', reason: 'No connector has the handle @nobody.' } },
    ],
  });
});
