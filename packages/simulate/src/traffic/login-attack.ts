/** The two directions of credential stuffing: one address on many accounts, and many addresses on one. */

import { ACCOUNTS, passwordOf } from '../app/shop-data.ts';
import { createRandom, type Random } from '../random.ts';
import { attackerAddress, botnetAddress, BROWSERS, TAKEN_OVER_LOGIN, TARGETED_LOGIN } from './cast.ts';
import { callAll, get, post, type Phase, type StoryRequest, type Visit } from './story-request.ts';

const SECOND_MS = 1_000;
const LEAKED_PAIRS = 45;
const BOTNET_SIZE = 64;
/** Reached in the middle of its list: whoever counts only failures sees nothing special in it. */
const HIT_AT = 38;

/** One address tries a leaked list, a try every 5 s, and gets in once. */
export function stuffingFromOneAddress(seed: number, startMs: number): StoryRequest[] {
  const random = createRandom(seed, 'hostile/stuffing_from_one_address');
  const tries = Array.from({ length: LEAKED_PAIRS }, (_, index) => attempt(leakedLogin(index), random));
  const taken = [
    post('/login', { login: TAKEN_OVER_LOGIN, password: passwordOf(TAKEN_OVER_LOGIN) }),
    get('/account'),
  ];
  return stuff('attack', startMs, [...tries.slice(0, HIT_AT), ...taken, ...tries.slice(HIT_AT)], random);
}

/** It comes again with the rest of its list. */
export function returningStuffing(seed: number, startMs: number): StoryRequest[] {
  const random = createRandom(seed, 'hostile/return/stuffing');
  const tries = Array.from({ length: 6 }, (_, index) => attempt(leakedLogin(LEAKED_PAIRS + index), random));
  return stuff('return', startMs, tries, random);
}

/** Each of many addresses tries the one account once or twice: no address stands out. */
export function stuffingOnOneAccount(seed: number, startMs: number): StoryRequest[] {
  const random = createRandom(seed, 'hostile/stuffing_on_one_account');
  return Array.from({ length: BOTNET_SIZE }, (_, index) =>
    callAll(
      {
        phase: 'attack',
        kind: 'stuffing_on_one_account',
        site: 'payments',
        clientIp: botnetAddress(index),
        userAgent: random.pick(BROWSERS),
        startMs: startMs + index * 3 * SECOND_MS,
        everyMs: 20 * SECOND_MS,
      },
      Array.from({ length: index % 4 === 0 ? 2 : 1 }, () => attempt(TARGETED_LOGIN, random)),
      random,
    ),
  ).flat();
}

function stuff(phase: Phase, startMs: number, visits: readonly Visit[], random: Random): StoryRequest[] {
  const clientIp = attackerAddress('stuffing_from_one_address');
  return callAll(
    {
      phase,
      kind: 'stuffing_from_one_address',
      site: 'shop',
      clientIp,
      userAgent: BROWSERS[0],
      cookieJar: `${phase}/${clientIp}`,
      startMs,
      everyMs: 5 * SECOND_MS,
    },
    visits,
    random,
  );
}

function attempt(login: string, random: Random): Visit {
  return post('/login', { login, password: `leaked-${random.hex(8)}` });
}

/** Every third login of the list exists here. */
function leakedLogin(index: number): string {
  const known = ACCOUNTS.map(({ login }) => login).filter(
    (login) => login !== TAKEN_OVER_LOGIN && login !== TARGETED_LOGIN,
  );
  return (
    (index % 3 === 0 ? known[(index / 3) % known.length] : undefined) ??
    `customer${1000 + index * 17}@mail.example`
  );
}
