/** Started by kill.test.ts and killed at any moment: makes changes and says each one that was acknowledged. */

import { writeSync } from 'node:fs';

import type { Severity } from '@signalwright/model';

import { insertEvent } from '../event-table.ts';
import { recordBatch } from '../record.ts';
import { START_MS, openTestStore, sampleActor, sampleSignal } from './sample-signal.ts';

const [path = '', fromText = '0'] = process.argv.slice(2);
const from = Number(fromText);
const store = openTestStore(path);
const admin = sampleActor('admin');

/** A write to a pipe that is in the parent's hands before the next change begins. */
function acknowledge(line: string): void {
  writeSync(1, `${line}\n`);
}

for (let index = from; ; index += 1) {
  const id = `signal-${index}`;
  const signal = sampleSignal({
    id,
    severity: 'high' satisfies Severity,
    actions: [{ kind: 'block_ip', durationMs: 3_600_000 }],
    entities: [
      { role: 'attacker', path: '@http.client_ip', value: `198.18.${(index >> 8) & 255}.${index & 255}` },
    ],
  });
  const event = {
    event: {
      id: `event-${index}`,
      tsMs: START_MS,
      dataSource: 'spans',
      tags: [],
      attributes: {},
      message: '',
    },
    receivedAtMs: START_MS,
    cause: [],
  } as const;
  await store.db.write(() => {
    insertEvent(store.db, event);
    recordBatch(store.context, {
      changes: [{ kind: 'opened', signal }],
      cause: [],
      route: () => [{ target: { kind: 'handle', handle: '@webhook-siem' }, source: 'notification-rule:n1' }],
    });
  });
  acknowledge(`opened ${index}`);
  const moved = await store.commands.setState(admin, { signalId: id, state: 'under_review' });
  if (moved.ok) acknowledge(`moved ${index}`);
  const noted = await store.commands.comment(admin, { signalId: id, text: `note ${index}` });
  if (noted.ok) acknowledge(`noted ${index}`);
  const unblocked = await store.commands.unblock(admin, 'ip', signal.entities[0]?.value ?? '');
  if (unblocked.ok) acknowledge(`unblocked ${index}`);
}
