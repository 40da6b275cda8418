import { UNASSIGNED } from '@signalwright/model';
import type { SignalAnswer } from '@signalwright/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderSignal } from './render-signal.ts';
import { entitiesOf, renderSignalTable } from './signal-table.ts';
import { NOW_MS } from './testing/terminal.ts';
import { columnsOf } from './text-width.ts';

const SIGNAL: SignalAnswer = {
  id: 'kJ3x9Qm2aLw0ZrT5uYvB1c',
  severity: 'high',
  title: 'Credential stuffing - many accounts',
  message: 'Look at it.',
  services: ['shop'],
  env: 'prod',
  tags: ['env:prod'],
  timestampMs: NOW_MS - 180_000,
  state: 'open',
  assignee: UNASSIGNED,
  incidentIds: [],
  custom: { entities: ['@http.client_ip:203.0.113.7', '@usr.id:dana', '@usr.id:lee'] },
};

const OPTIONS = { nowMs: NOW_MS, color: false, width: 100 } as const;

function rowOf(change: Partial<SignalAnswer>): readonly string[] {
  return renderSignalTable([{ ...SIGNAL, ...change }], OPTIONS)
    .split('\n')
    .slice(1);
}

test('a signal has two lines: what it is, and below where it happened, since when, and who has it', () => {
  expect(renderSignalTable([SIGNAL], OPTIONS)).toBe(
    [
      'SEVERITY   SIGNAL                                                   SERVICE  ENTITIES     STATE',
      'high       Credential stuffing - many accounts                      shop     203.0.113.7  open',
      '3 min ago  kJ3x9Qm2aLw0ZrT5uYvB1c                                   prod     dana +1      unassigned',
    ].join('\n'),
  );
});

describe('a cell', () => {
  const rows: readonly [name: string, change: Partial<SignalAnswer>, shown: string][] = [
    ['names the assignee', { assignee: { id: 3, uuid: 'u', name: 'Dana Li' } }, 'Dana Li'],
    ['counts further services', { services: ['shop', 'payments'] }, 'shop +1'],
    ['has a dash for no service', { services: [] }, '  –  '],
    ['says that there is no title', { title: '  ' }, 'no title'],
    ['spells the state as people do', { state: 'under_review' }, 'under review'],
    ['tells a time ahead, which means a wrong clock', { timestampMs: NOW_MS + 7_200_000 }, 'in 2 h'],
    [
      'keeps an IPv6 address whole where there is room',
      { title: 'x', custom: { entities: ['@a:2001:db8::7'] } },
      '2001:db8::7',
    ],
    [
      'reads what the signal is grouped by where no entities are given',
      { custom: { groupByPaths: ['service', '@http.client_ip'], http: { client_ip: '198.51.100.4' } } },
      '198.51.100.4',
    ],
  ];
  test.each(rows)('%s', (_, change, shown) => {
    expect(rowOf(change).join('\n')).toContain(shown);
  });
});

test('an entity that stands under two paths is shown once', () => {
  expect(entitiesOf({ entities: ['@http.client_ip:203.0.113.7', '@network.client.ip:203.0.113.7'] })).toEqual(
    ['203.0.113.7'],
  );
});

test('a long title has two lines and then an end', () => {
  const lines = rowOf({ title: 'word '.repeat(100) });
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('…');
});

test('an id is never cut, since it is copied into the next command', () => {
  const id = 'AgAAAYd59gjghzF52gAAAAAAAAAYAAAAAEFZZDU5Z2pnQUFDRTNvTElUNVNVAAAAJDAxODc3OWY2LTA4';
  expect(rowOf({ id })[2]?.trim()).toBe(id);
});

test('colour changes no letter', () => {
  const painted = renderSignalTable([SIGNAL], { ...OPTIONS, color: true });
  expect(painted).toContain('\u001B[31mhigh');
  expect(painted.replaceAll(/\u001B\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(
    renderSignalTable([SIGNAL], OPTIONS),
  );
});

const HOSTILE = fc
  .array(
    fc.constantFrom(
      '\u001B[2J',
      '\u001B]0;x\u0007',
      '\n',
      '\r',
      '\u202E',
      '\u200B',
      '##[error]',
      '::set-output::',
      '漢字',
      '😀',
      'e\u0301',
      'abc ',
      '203.0.113.7',
      '\u009B31m',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('no value of a signal moves the cursor, ends a line, commands a CI job or widens the table', () => {
  fc.assert(
    fc.property(HOSTILE, HOSTILE, HOSTILE, (title, service, name) => {
      const signal: SignalAnswer = {
        ...SIGNAL,
        title,
        message: title,
        services: [service],
        env: service,
        tags: [service],
        assignee: { id: 2, uuid: 'u', name },
        custom: { entities: [`@a:${title}`, `@b:${name}`], workflow: { rule: { name } } },
      };
      const table = renderSignalTable([signal], OPTIONS);
      const lines = table.split('\n');
      expect(lines.length).toBeLessThanOrEqual(4);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(100);
      for (const text of [table, renderSignal(signal, OPTIONS)]) {
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202E]/);
        expect(text).not.toMatch(/^\s*::|##\[/m);
      }
    }),
  );
});
