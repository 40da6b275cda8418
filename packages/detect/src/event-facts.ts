/** What a signal keeps of the events behind it, read from each event once however many rules it matches. */

import { isIP } from 'node:net';
import {
  eventDocument,
  type Attributes,
  type Entity,
  type Event,
  type SearchDocument,
} from '@signalwright/model';
import { clipText } from './clip-text.ts';
import { compileQuickReader } from './quick-reader.ts';
import { boundAttributes } from './agreed-attributes.ts';

export interface EventFacts {
  readonly id: string;
  readonly service?: string;
  readonly env?: string;
  readonly host?: string;
  readonly entities: readonly Entity[];
  /** A bounded copy. */
  readonly attributes: Attributes;
  /** Roughly what `attributes` holds in memory. */
  readonly bytes: number;
}

/** One event on its way through the rules; facts are worked out when the first rule asks. */
export class EventInHand {
  readonly event: Event;
  readonly document: SearchDocument;
  /** The time that windows use: the event's own, unless it lies in the future. */
  readonly atMs: number;
  #facts: EventFacts | undefined;

  constructor(event: Event, atMs: number) {
    this.event = event;
    this.document = eventDocument(event);
    this.atMs = atMs;
  }

  get facts(): EventFacts {
    return (this.#facts ??= readFacts(this.event, this.document));
  }
}

/**
 * Attackers are addresses, victims authenticated users. Source: "Investigate Security Signals", columns.
 * Chosen: these paths, in the order of how much they say.
 */
const ATTACKER_PATHS = ['@http.client_ip', '@network.client.ip', '@actor.ip'] as const;
const VICTIM_PATHS = ['@usr.id', '@usr.name', '@usr.email'] as const;

const MAX_FACT_CHARS = 256;
/** Of one event; a list may hold any number. */
const MAX_ENTITIES_PER_PATH = 16;

const ENTITY_READERS = [
  ...ATTACKER_PATHS.map((path) => ({ role: 'attacker' as const, path, read: compileQuickReader(path) })),
  ...VICTIM_PATHS.map((path) => ({ role: 'victim' as const, path, read: compileQuickReader(path) })),
];
const readService = compileQuickReader('service');
const readEnv = compileQuickReader('env');
const readHost = compileQuickReader('host');

function readFacts(event: Event, document: SearchDocument): EventFacts {
  const { attributes, bytes } = boundAttributes(event.attributes);
  const service = firstText(readService(document));
  const env = firstText(readEnv(document));
  const host = firstText(readHost(document));
  return {
    id: clipText(event.id, MAX_FACT_CHARS),
    ...(service !== undefined && { service }),
    ...(env !== undefined && { env }),
    ...(host !== undefined && { host }),
    entities: entitiesIn(document),
    attributes,
    bytes,
  };
}

/** An attacker's path may hold anything a client sends in a header: only addresses count. */
function entitiesIn(document: SearchDocument): readonly Entity[] {
  const entities: Entity[] = [];
  for (const { role, path, read } of ENTITY_READERS) {
    for (const value of read(document).slice(0, MAX_ENTITIES_PER_PATH)) {
      const text = String(value);
      if (text === '' || text.length > MAX_FACT_CHARS || (role === 'attacker' && isIP(text) === 0)) continue;
      entities.push({ role, path, value: text });
    }
  }
  return entities;
}

function firstText(values: readonly unknown[]): string | undefined {
  const [value] = values;
  return value === undefined ? undefined : clipText(String(value), MAX_FACT_CHARS);
}
