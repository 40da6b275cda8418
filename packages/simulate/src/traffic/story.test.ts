import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { AUTHORISED_SCANNER_IP, DEMO_ATTACKERS, OFFICE_GATEWAY_IP, TARGETED_LOGIN } from './cast.ts';
import { TRAFFIC_KINDS, type StoryRequest } from './story-request.ts';
import { buildStory, DEMO_SEED, PHASE_SPANS, STORY_MS } from './story.ts';

// Whole stories, on machines that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 });

const WINDOW_MS = 5 * 60_000;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const check = (law: (story: readonly StoryRequest[], seed: number) => void) =>
  fc.assert(
    fc.property(seeds, (seed) => {
      law(buildStory(seed), seed);
    }),
    { numRuns: 10 },
  );

describe('a story of any seed', () => {
  test('is the same each time, and another for another seed', () => {
    check((story, seed) => {
      expect(buildStory(seed)).toEqual(story);
      expect(buildStory(seed + 1)).not.toEqual(story);
    });
  });

  test('goes forward in time, inside the spans of its phases', () => {
    check((story) => {
      let beforeMs = 0;
      for (const { offsetMs, phase } of story) {
        expect(offsetMs).toBeGreaterThanOrEqual(Math.max(beforeMs, PHASE_SPANS[phase].startMs));
        expect(offsetMs).toBeLessThanOrEqual(PHASE_SPANS[phase].endMs);
        beforeMs = offsetMs;
      }
      expect(beforeMs).toBeLessThanOrEqual(STORY_MS);
    });
  });

  test('has a trace of its own for each request', () => {
    check((story) => expect(new Set(story.map(({ traceId }) => traceId)).size).toBe(story.length));
  });

  test('comes from reserved addresses only', () => {
    const reserved = new BlockList();
    for (const net of ['192.0.2.0', '198.51.100.0', '203.0.113.0']) reserved.addSubnet(net, 24);
    reserved.addSubnet('198.18.0.0', 15);
    check((story) => expect(story.filter(({ clientIp }) => !reserved.check(clientIp))).toEqual([]));
  });

  test('is mostly benign, and has every kind', () => {
    check((story) => {
      expect(story.length).toBeGreaterThanOrEqual(500);
      expect(story.filter(({ kind }) => kind === 'benign').length).toBeGreaterThan(300);
      expect(TRAFFIC_KINDS.filter((kind) => story.every((request) => request.kind !== kind))).toEqual([]);
    });
  });

  test('keeps attackers out of the baseline, and brings those of the cast back', () => {
    check((story) => {
      const addresses = (phase: StoryRequest['phase']) =>
        new Set(story.filter((r) => r.phase === phase).map((r) => r.clientIp));
      expect(story.filter((r) => r.phase === 'baseline' && r.kind !== 'benign')).toEqual([]);
      for (const { ip, kind } of DEMO_ATTACKERS) {
        expect(addresses('attack')).toContain(ip);
        expect(addresses('return')).toContain(ip);
        expect(story.filter((r) => r.clientIp === ip && r.kind !== kind)).toEqual([]);
      }
      expect(addresses('return')).not.toContain(AUTHORISED_SCANNER_IP);
    });
  });
});

describe('the demo story gives rules something to count within five minutes', () => {
  const attack = buildStory(DEMO_SEED).filter(({ phase }) => phase === 'attack');
  const loginOf = (request: StoryRequest) => String(request.body?.['login']);

  /** The most that any window holds of what `measure` counts. */
  function peak(
    requests: readonly StoryRequest[],
    measure: (inside: readonly StoryRequest[]) => number,
  ): number {
    return Math.max(
      ...requests.map(({ offsetMs }) =>
        measure(
          requests.filter((other) => other.offsetMs <= offsetMs && other.offsetMs > offsetMs - WINDOW_MS),
        ),
      ),
    );
  }
  const distinct = (values: readonly string[]) => new Set(values).size;
  const ofKind = (kind: StoryRequest['kind']) => attack.filter((request) => request.kind === kind);
  const logins = (requests: readonly StoryRequest[]) => requests.filter(({ target }) => target === '/login');

  const rows: [title: string, peak: number, atLeast: number, atMost: number][] = [
    [
      'logins of one address',
      peak(logins(ofKind('stuffing_from_one_address')), (inside) => inside.length),
      40,
      60,
    ],
    [
      'accounts of one address',
      peak(logins(ofKind('stuffing_from_one_address')), (inside) => distinct(inside.map(loginOf))),
      30,
      60,
    ],
    [
      'addresses on one account',
      peak(ofKind('stuffing_on_one_account'), (inside) => distinct(inside.map((r) => r.clientIp))),
      60,
      64,
    ],
    ['SQL injections', peak(ofKind('sql_injection'), (inside) => inside.length), 20, 60],
    ['scanned paths', peak(ofKind('scanner'), (inside) => distinct(inside.map((r) => r.target))), 40, 60],
    ['traversals', peak(ofKind('path_traversal'), (inside) => inside.length), 10, 40],
    [
      'logins of the office, the near miss',
      peak(logins(attack.filter((r) => r.clientIp === OFFICE_GATEWAY_IP)), (inside) => inside.length),
      4,
      10,
    ],
  ];
  test.each(rows)('%s: %d', (_title, value, atLeast, atMost) => {
    expect(value).toBeGreaterThanOrEqual(atLeast);
    expect(value).toBeLessThanOrEqual(atMost);
  });

  test('no address of the botnet tries the account more than twice', () => {
    const addresses = ofKind('stuffing_on_one_account').map(({ clientIp }) => clientIp);
    expect(addresses.filter((ip) => addresses.filter((other) => other === ip).length > 2)).toEqual([]);
    expect(new Set(ofKind('stuffing_on_one_account').map(loginOf))).toEqual(new Set([TARGETED_LOGIN]));
  });
});
