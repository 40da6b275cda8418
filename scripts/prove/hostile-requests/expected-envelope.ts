/**
 * Which envelope of errors a route may answer with, said once more than in the org itself.
 * Source: recorded refusals and their content types, and the specification where nothing is recorded.
 */

import { isObject } from '../../architecture/manifest.ts';

/** `texts`: {errors: ["…"]}; `items`: {errors: [{…}]}; `rules`: {error: {code, message, details}}. */
type Envelope = 'texts' | 'items' | 'rules';

const JSON_TYPE = 'application/json';
const JSON_API = 'application/vnd.api+json';

interface Expected {
  readonly routes: RegExp;
  /** Of these statuses; all others are texts. */
  readonly statuses: RegExp;
  /** `envelope content-type`, each that may be. */
  readonly allowed: readonly string[];
}

/** The first that fits counts; where none does, texts as plain JSON are expected. */
const EXPECTED: readonly Expected[] = [
  { routes: /^POST \/api\/v2\/logs$/, statuses: /^4/, allowed: [`items ${JSON_TYPE}`] },
  { routes: /^\w+ \/api\/v2\/actions\/connections/, statuses: /^4/, allowed: [`items ${JSON_API}`] },
  {
    routes: /^\w+ \/api\/v2\/workflows\/:x\/instances/,
    statuses: /^(400|404|409)$/,
    allowed: [`items ${JSON_TYPE}`],
  },
  { routes: /^GET \/api\/v2\/workflows$/, statuses: /^400$/, allowed: [`items ${JSON_API}`] },
  // Only one workflow, or making one: who asks for the list is refused in texts.
  {
    routes: /^(?!GET \/api\/v2\/workflows$)\w+ \/api\/v2\/workflows(\/:x)?$/,
    statuses: /^4/,
    allowed: [`items ${JSON_API}`],
  },
  {
    routes: /^PATCH \/api\/v2\/security_monitoring\/signals\/(bulk\/\w+|:x\/update)$/,
    statuses: /^4(?!29)/,
    allowed: [`items ${JSON_TYPE}`],
  },
  {
    routes:
      /^POST \/api\/v2\/security_monitoring\/configuration\/notification_rules\/send_notification_preview$/,
    statuses: /^400$/,
    allowed: [`items ${JSON_TYPE}`],
  },
  {
    routes: /^\w+ \/api\/v2\/security_monitoring\/rules/,
    statuses: /^(400|404|409)$/,
    allowed: [`rules ${JSON_TYPE}`, `texts ${JSON_TYPE}`],
  },
  // Recorded: what is asked of a job in its body is refused in texts, and a job that is not there in items.
  {
    routes: /^\w+ \/api\/v2\/siem-historical-detections\/jobs/,
    statuses: /^(400|404|409)$/,
    allowed: [`items ${JSON_API}`, `texts ${JSON_TYPE}`],
  },
];

const TEXTS: Expected = { routes: /./, statuses: /./, allowed: [`texts ${JSON_TYPE}`] };

const NO_ROUTE =
  /^\{"errors":\["(Not found|A request needs exactly one Host header\.|This server does not answer to that Host\.|The request target must be a path\.|This server upgrades to no other protocol\.|Another (origin|site) may not call this\.)"\]\}$/;

/** @returns what is wrong with the envelope; undefined when nothing is */
export function judgeEnvelope(
  operation: string,
  refusal: { readonly status: number; readonly contentType: string; readonly text: string },
): string | undefined {
  const { status, contentType, text } = refusal;
  // Where an id led out of the route, or the gate stands before all routes.
  if (NO_ROUTE.test(text) && contentType === JSON_TYPE) return undefined;
  const isPage = contentType.startsWith('text/html');
  if (isPage) return operation.includes(' /api/') ? 'a page in the place of JSON' : undefined;
  const { allowed } =
    EXPECTED.find(({ routes, statuses }) => routes.test(operation) && statuses.test(String(status))) ?? TEXTS;
  const found = `${envelopeOf(text) ?? 'no envelope'} ${contentType}`;
  return allowed.includes(found) ? undefined : `${status} as "${found}", not "${allowed.join('" or "')}"`;
}

function envelopeOf(text: string): Envelope | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  const { errors, error } = body;
  if (isObject(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string')
    return 'rules';
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  if (errors.every((item) => typeof item === 'string')) return 'texts';
  return errors.every(isObject) ? 'items' : undefined;
}
