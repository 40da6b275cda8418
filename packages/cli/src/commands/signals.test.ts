/** signals and run against an org in this process, with a signal that a real rule raised. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failedLogins, openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent } from '../testing/terminal.ts';

const WORKFLOW = `kind: workflow
id: note-attacker
name: Note the attacker
triggers: { security: {} }
inputs:
  times: { type: number, default: 1, description: How often }
  loud: { type: boolean, default: false, description: Whether to shout }
steps:
  - id: note
    action: signalwright.signal.comment
    with: { signal: '{{ Source.securitySignal.id }}', comment: 'Noted by {{ WorkflowName }}.' }
`;

let folder: OrgFolder;
let id: string;
beforeEach(async () => {
  folder = await openOrgFolder({ ...goodContent(), 'workflows/note-attacker.yaml': WORKFLOW });
  expect(await folder.run(['apply', '--yes'])).toMatchObject({ code: 0 });
  await folder.ingest(failedLogins(30));
  const { signals } = (await folder.run(['signals', 'list', '--json'])).json() as {
    signals: { id: string }[];
  };
  expect(signals).toHaveLength(1);
  id = signals[0]?.id ?? '';
});
afterEach(() => folder.close());

describe('signals list', () => {
  test('shows what a person needs to choose one', async () => {
    const { code, out } = await folder.run(['signals', 'list']);
    expect(code).toBe(0);
    const [header = '', above = '', below = ''] = out.split('\n');
    expect(header).toMatch(/^SEVERITY +SIGNAL +SERVICE +ENTITIES +STATE$/);
    expect(above).toMatch(
      /^medium +Many failed logins from one address - hammering +shop +203\.0\.113\.7 +open$/,
    );
    expect(below).toContain(id);
    expect(below).toMatch(/prod .*unassigned$/);
    expect(out).toMatch(/^1 signal, newest first$/m);
  });

  test('hands the query to the target', async () => {
    expect((await folder.run(['signals', 'list', '--query', 'status:low'])).out).toBe(
      'No signal matches status:low in the past 7d.\n',
    );
    expect((await folder.run(['signals', 'list', '--query', 'status:medium service:shop'])).out).toContain(
      id,
    );
  });

  test('works while the content has errors: triage does not wait for a review', async () => {
    folder.write('views/broken.yaml', 'kind: [');
    expect(await folder.run(['signals', 'list'])).toMatchObject({ code: 0, err: '' });
  });

  const refusals: readonly [args: readonly string[], code: number, err: string][] = [
    [['--past', '3 years'], 64, 'signalwright: "3 years" is no time.\n  Write it as 4h, 7d or 30d.\n'],
    [['--limit', '0'], 64, 'signalwright: "0" is no limit.\n  Use a number from 1 to 1000.\n'],
    [['--limit', '1001'], 64, 'signalwright: "1001" is no limit.\n  Use a number from 1 to 1000.\n'],
    [
      ['--query', 'a:('],
      1,
      'signalwright: http://127.0.0.1:8085 refused with 400: Invalid query at 2: This "(" is never closed.\n',
    ],
  ];
  test.each(refusals)('refuses %j', async (args, code, err) => {
    expect(await folder.run(['signals', 'list', ...args])).toMatchObject({ code, out: '', err });
  });
});

describe('signals get', () => {
  test('shows one in full', async () => {
    const { code, out } = await folder.run(['signals', 'get', id]);
    expect(code).toBe(0);
    expect(out).toContain('MEDIUM  Many failed logins from one address - hammering\n');
    expect(out).toMatch(/^ {2}state +open, unassigned$/m);
    expect(out).toMatch(/^ {2}entities +203\.0\.113\.7, dana$/m);
    expect(out).toMatch(/^ {2}203\.0\.113\.7 failed \d+ logins on shop\.$/m);
    expect(out).toMatch(/Next: signalwright signals state \S+ under_review\n$/);
  });

  test('says when there is none', async () => {
    expect(await folder.run(['signals', 'get', 'nope'])).toMatchObject({
      code: 1,
      out: '',
      err: 'signalwright: There is no signal "nope".\n',
    });
    expect((await folder.run(['signals', 'get', 'nope', '--json'])).json()).toEqual({
      schemaVersion: 1,
      ok: false,
      error: { message: 'There is no signal "nope".', exitCode: 1 },
    });
  });
});

describe('signals state and assign', () => {
  test('walk a signal from open to archived', async () => {
    expect((await folder.run(['signals', 'state', id, 'under-review'])).out).toBe(
      'Many failed logins from one address - hammering  open → under_review\n',
    );
    expect((await folder.run(['signals', 'state', id, 'under_review'])).out).toContain(
      'is under_review already',
    );
    const archive = [
      'signals',
      'state',
      id,
      'archived',
      '--reason',
      'false_positive',
      '--comment',
      'load test',
      '--json',
    ];
    expect((await folder.run(archive)).json()).toMatchObject({
      ok: true,
      changed: true,
      before: 'under_review',
      after: 'archived',
    });
    expect(folder.org.findSignal(id)?.triage).toMatchObject({
      state: 'archived',
      archiveReason: 'false_positive',
      archiveComment: 'load test',
    });
  });

  test('find a user by handle or name, whatever the case, and take none for nobody', async () => {
    expect((await folder.run(['signals', 'assign', id, 'ANALYST'])).out).toContain('unassigned → Analyst');
    expect(folder.org.findSignal(id)?.triage.assignee.name).toBe('Analyst');
    expect((await folder.run(['signals', 'assign', id, 'none'])).out).toContain('Analyst → unassigned');
  });

  const refusals: readonly [args: readonly string[], code: number, err: string][] = [
    [['state', 'ID', 'closed'], 64, '"closed" is no state.\n  Use one of: open, under_review, archived.'],
    [
      ['state', 'ID', 'archived', '--reason', 'bored'],
      64,
      '"bored" is no reason.\n  Use one of: none, false_positive,',
    ],
    [['state', 'ID', 'open', '--comment', 'x'], 64, '--reason and --comment belong to the state archived.'],
    [['state', 'nope', 'open'], 1, 'There is no signal "nope".'],
    [
      ['assign', 'ID', 'nobody'],
      1,
      'No user is called "nobody".\n  There are: admin, analyst, read-only, standard. "none" assigns nobody.',
    ],
    [['assign', 'ID', '00000000-0000-4000-8000-000000000000'], 1, 'refused with 400: No user has the uuid'],
  ];
  test.each(refusals)('refuse %j', async (args, code, err) => {
    const before = folder.org.findSignal(id);
    const ran = await folder.run(['signals', ...args.map((arg) => (arg === 'ID' ? id : arg))]);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(err);
    expect(folder.org.findSignal(id)).toEqual(before);
  });
});

describe('run', () => {
  test('--watch follows the steps to the end', async () => {
    const { code, out } = await folder.run(['run', 'note-attacker', '--signal', id, '--watch']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Note the attacker {2}run [0-9a-f-]{36}$/m);
    expect(out).toMatch(/^ {2}✓ note {2}done /m);
    expect(out).toMatch(/^Succeeded {2}Note the attacker, started just now, took \d+/m);
  });

  test('starts, and list and show find it again', async () => {
    const started = await folder.run(['run', 'note-attacker', '--signal', id, '--json']);
    const { runId } = started.json() as { runId: string };
    await folder.org.settle();
    expect((await folder.run(['run', 'list'])).out).toMatch(
      /^Succeeded +note-attacker +just now +[0-9a-f-]{36}\n$/,
    );
    expect((await folder.run(['run', 'list', 'note-attacker', '--json'])).json()).toMatchObject({
      ok: true,
      count: 1,
      runs: [{ workflow: 'note-attacker', runId, status: 'SUCCEEDED', signalId: id }],
    });
    const shown = await folder.run(['run', 'show', runId]);
    expect(shown.out).toContain(runId);
    expect(shown.out).toMatch(/^ {2}✓ note {2}done /m);
  });

  test('gives inputs the type that the workflow declares', async () => {
    const args = ['run', 'note-attacker', '--signal', id, '-i', 'times=3', '--input', 'loud=true', '--json'];
    expect((await folder.run(args)).json()).toMatchObject({ ok: true });
  });

  const refusals: readonly [args: readonly string[], code: number, err: string][] = [
    [['note-attacker'], 64, 'On which signal?\n  Say --signal <id>;'],
    [
      ['note-atacker', '--signal', 'ID'],
      1,
      'There is no workflow "note-atacker" at http://127.0.0.1:8085.\n  There are: note-attacker.',
    ],
    [['note-attacker', '--signal', 'nope'], 1, 'names no signal'],
    [
      ['note-attacker', '--signal', 'ID', '--input', 'times'],
      64,
      '"times" is no input.\n  Write it as --input duration=1h',
    ],
    [
      ['note-attacker', '--signal', 'ID', '--input', 'time=1'],
      64,
      'has no input "time".\n  It has: times, loud.',
    ],
    [
      ['note-attacker', '--signal', 'ID', '--input', 'times=often'],
      64,
      'The input times is a number, and "often" is none.',
    ],
    [
      ['note-attacker', '--signal', 'ID', '--input', 'loud=yes'],
      64,
      'The input loud is true or false, and "yes" is neither.',
    ],
    [['show', 'nope'], 1, 'There is no run "nope".\n  See `signalwright run list`.'],
    [['show', '00000000-0000-4000-8000-000000000000'], 1, 'There is no run "00000000-'],
    [['list', 'nope'], 1, 'There is no workflow "nope"'],
  ];
  test.each(refusals)('refuses %j', async (args, code, err) => {
    const ran = await folder.run(['run', ...args.map((arg) => (arg === 'ID' ? id : arg))]);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(err);
    expect((await folder.run(['run', 'list'])).out).toBe('No run yet.\n');
  });

  test('exits 1 when a watched run fails, and says why', async () => {
    folder.write(
      'workflows/note-attacker.yaml',
      WORKFLOW.replace("'{{ Source.securitySignal.id }}'", 'no-such-signal'),
    );
    expect(await folder.run(['apply', '--yes'])).toMatchObject({ code: 0 });
    const { code, out } = await folder.run(['run', 'note-attacker', '--signal', id, '--watch']);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}✗ note {2}failed +\S/m);
    expect(out).toMatch(/^Failed {2}Note the attacker/m);
  });
});
