/**
 * Ordinary people and machines. Many of their inputs look like an attack at first sight: what a rule makes of them is
 * its rate of false alarms.
 */

import { ACCOUNTS, passwordOf, PRODUCTS } from '../app/shop-data.ts';
import { createRandom, type Random } from '../random.ts';
import {
  BROWSERS,
  customerAddress,
  OFFICE_GATEWAY_IP,
  TAKEN_OVER_LOGIN,
  TARGETED_LOGIN,
  UPTIME_PROBE_IP,
} from './cast.ts';
import { callAll, get, post, type Phase, type StoryRequest, type Visit } from './story-request.ts';

/** What people search for. */
const SEARCHES = [
  'kettle',
  "O'Brien",
  'select a gift',
  'union jack mug',
  'drop earrings',
  'drop leaf table',
  "rock 'n' roll poster",
  'dog & cat bed',
  'learn javascript: the good parts',
  'script font',
  'size < 40',
  'mug 50% off; free delivery',
  'tea | coffee',
  'C++ & C# stickers',
  "women's or men's slippers",
  'where is my order',
  'exec desk lamp',
  'root beer',
  'café crème',
  'l’été',
  '1+1=2 t-shirt',
  'price between 10 and 20',
  'lamp -red',
  'and so on ... / etc',
] as const;

const REVIEWS = [
  { author: "Siobhán O'Neill", text: "It's lovely; the children's favourite. 5/5!" },
  { author: 'Zoë', text: 'I <3 this mug & so does my cat' },
  {
    author: 'D’Angelo',
    text: 'Delivery took a while (waited for delay notices), then they dropped the table off.',
  },
  { author: 'Renée', text: 'Was 10 > now 8. Select the blue one from the list!' },
  { author: 'Null', text: 'Yes, my surname is Null -- and it works here :)' },
] as const;

const DOCS = [
  '/docs/returns',
  '/docs/delivery/uk..eu',
  '/docs/changes/v1.2..v1.3',
  '/docs/etc/glossary',
  '/docs/faq/how-to-reset-a-password',
  '/docs/wait.../what',
] as const;

const WEBHOOKS = [
  'https://hooks.example.com/orders',
  'https://hooks.example.net/in?next=/orders&token=none',
  'https://localhost.example.org/hook',
] as const;

const PING_HOSTS = ['status.example.com', 'api.example.net', '192.0.2.10'] as const;
const PROBE_AGENT = 'acme-uptime/2';
const VISIT_MS = 9_000;

/** Customers, an office, an uptime probe and the back office, between `startMs` and `endMs` of the story. */
export function benignTraffic(seed: number, phase: Phase, startMs: number, endMs: number): StoryRequest[] {
  const random = createRandom(seed, `benign/${phase}`);
  const lengthMs = endMs - startMs;
  const visitors = Math.round(lengthMs / 15_000);
  return [
    ...Array.from({ length: visitors }, (_, index) =>
      customer(phase, index, startMs, lengthMs, random),
    ).flat(),
    ...office(phase, startMs, lengthMs, random),
    ...uptimeProbe(phase, startMs, lengthMs, random),
    ...backOffice(phase, startMs, lengthMs, random),
  ];
}

function customer(
  phase: Phase,
  index: number,
  startMs: number,
  lengthMs: number,
  random: Random,
): StoryRequest[] {
  const address = customerAddress(PHASE_OFFSET[phase] + index);
  const visits = [...browse(random), ...(random.next() < 0.35 ? logIn(pickLogin(random), random) : [])];
  return callAll(
    {
      phase,
      kind: 'benign',
      site: 'shop',
      clientIp: address,
      userAgent: random.pick(BROWSERS),
      cookieJar: `${phase}/${address}`,
      startMs: startMs + random.next() * Math.max(0, lengthMs - visits.length * VISIT_MS),
      everyMs: VISIT_MS,
    },
    visits,
    random,
  );
}

/** Customers of one phase are not those of another. */
const PHASE_OFFSET: Readonly<Record<Phase, number>> = { baseline: 0, attack: 100, return: 200 };

function browse(random: Random): Visit[] {
  const product = random.pick(PRODUCTS);
  const visits = [
    get('/'),
    get('/search', { q: random.pick(SEARCHES) }),
    get(`/products/${product.slug}`),
    get(`/images/${product.slug}.webp`),
  ];
  const more: Visit[] = [
    get('/manuals', { name: `${product.slug}.pdf` }),
    get(random.pick(DOCS)),
    post('/cart', { sku: product.slug, quantity: 1 + random.below(3), note: "Gift for my brother's kids" }),
    post('/reviews', { product: product.slug, ...random.pick(REVIEWS) }),
    get('/search', { q: random.pick(SEARCHES), page: '2' }),
    get('/products/discontinued-item'),
  ];
  return [...visits, ...more.filter(() => random.next() < 0.45)];
}

/** Some mistype their password first. */
function logIn(login: string, random: Random): Visit[] {
  const typo = post('/login', { login, password: `${passwordOf(login)}x` });
  return [
    ...(random.next() < 0.3 ? [typo] : []),
    post('/login', { login, password: passwordOf(login) }),
    get('/account'),
  ];
}

function pickLogin(random: Random): string {
  return random.pick(CUSTOMER_LOGINS);
}

const CUSTOMER_LOGINS = ACCOUNTS.map(({ login }) => login).filter(
  (login) => ![TAKEN_OVER_LOGIN, TARGETED_LOGIN, 'healthcheck-eu'].includes(login),
);

/** A Monday morning behind one address: several people, some of them typing their old password. */
function office(phase: Phase, startMs: number, lengthMs: number, random: Random): StoryRequest[] {
  return CUSTOMER_LOGINS.slice(0, 4).flatMap((login, index) =>
    callAll(
      {
        phase,
        kind: 'benign',
        site: 'payments',
        clientIp: OFFICE_GATEWAY_IP,
        userAgent: random.pick(BROWSERS),
        cookieJar: `${phase}/office/${login}`,
        startMs: startMs + (index / 4) * lengthMs * 0.6,
        everyMs: 6_000,
      },
      [
        post('/login', { login, password: 'last-quarter' }),
        post('/login', { login, password: passwordOf(login) }),
        get('/account'),
        get('/invoices', { customer: login, sort: 'date' }),
      ],
      random,
    ),
  );
}

function uptimeProbe(phase: Phase, startMs: number, lengthMs: number, random: Random): StoryRequest[] {
  const who = {
    phase,
    kind: 'benign',
    clientIp: UPTIME_PROBE_IP,
    userAgent: PROBE_AGENT,
    startMs,
    everyMs: 30_000,
  } as const;
  const checks = Array.from({ length: Math.floor(lengthMs / 30_000) }, () => get('/health'));
  const login = post('/login', { login: 'healthcheck-eu', password: passwordOf('healthcheck-eu') });
  return [
    ...callAll({ ...who, site: 'shop' }, checks, random),
    ...callAll({ ...who, site: 'payments' }, checks, random),
    ...callAll(
      { ...who, site: 'payments', everyMs: 60_000 },
      checks.slice(checks.length / 2).map(() => login),
      random,
    ),
  ];
}

function backOffice(phase: Phase, startMs: number, lengthMs: number, random: Random): StoryRequest[] {
  const visits = [
    ...WEBHOOKS.map((url) => post('/webhooks/preview', { url })),
    ...PING_HOSTS.map((host) => get('/diagnostics/ping', { host })),
    get('/invoices', { sort: 'total' }),
  ];
  return callAll(
    {
      phase,
      kind: 'benign',
      site: 'payments',
      clientIp: OFFICE_GATEWAY_IP,
      userAgent: BROWSERS[2],
      startMs: startMs + 5_000,
      everyMs: lengthMs / (visits.length + 1),
    },
    visits,
    random,
  );
}
