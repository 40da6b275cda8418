/** What the events behind a signal have in common, and the newest of them. Bounded whatever arrives. */

import { MAX_SIGNAL_SAMPLES, type Attributes, type Entity } from '@signalwright/model';
import { agreeing } from './agreed-attributes.ts';
import type { EventFacts } from './event-facts.ts';

/** Chosen. Entities beyond them are not listed; the newest events still show them. */
const MAX_ENTITIES = 256;
const MAX_SERVICES = 20;
const MAX_ENVS = 20;

const BASE_BYTES = 200;
const ENTRY_BYTES = 64;

interface Sample {
  readonly id: string;
  readonly atMs: number;
}

export class EventProfile {
  services: readonly string[] = [];
  envs: readonly string[] = [];
  entities: readonly Entity[] = [];
  /** Newest first. */
  samples: readonly Sample[] = [];
  /** The host that all events agree on. */
  host: string | undefined;
  /** True when an event came from no env, or from more than MAX_ENVS. */
  hasUnknownEnv = false;
  attributes: Attributes | undefined;
  #attributeBytes = 0;

  /** Roughly what it holds in memory. */
  get heldBytes(): number {
    const entries = this.entities.length + this.samples.length + this.services.length + this.envs.length;
    return BASE_BYTES + entries * ENTRY_BYTES + this.#attributeBytes;
  }

  absorb(facts: EventFacts, atMs: number): void {
    const isFirst = this.attributes === undefined;
    this.host = isFirst || this.host === facts.host ? facts.host : undefined;
    if (facts.service !== undefined) this.services = withOne(this.services, facts.service, MAX_SERVICES);
    if (facts.env === undefined) this.hasUnknownEnv = true;
    else this.#addEnv(facts.env);
    for (const entity of facts.entities) this.#addEntity(entity);
    this.#addSample({ id: facts.id, atMs });
    this.#agree(facts.attributes, facts.bytes);
  }

  merge(other: EventProfile): void {
    if (other.attributes === undefined) return;
    const isFirst = this.attributes === undefined;
    this.host = isFirst || this.host === other.host ? other.host : undefined;
    for (const service of other.services) this.services = withOne(this.services, service, MAX_SERVICES);
    for (const env of other.envs) this.#addEnv(env);
    this.hasUnknownEnv ||= other.hasUnknownEnv;
    for (const entity of other.entities) this.#addEntity(entity);
    for (const sample of other.samples.toReversed()) this.#addSample(sample);
    this.#agree(other.attributes, other.#attributeBytes);
  }

  #agree(attributes: Attributes, bytes: number): void {
    if (this.attributes === undefined) this.#attributeBytes = bytes;
    this.attributes = this.attributes === undefined ? attributes : agreeing(this.attributes, attributes);
  }

  #addEnv(env: string): void {
    this.envs = withOne(this.envs, env, MAX_ENVS);
    if (!this.envs.includes(env)) this.hasUnknownEnv = true;
  }

  #addEntity(entity: Entity): void {
    const { entities } = this;
    if (entities.length >= MAX_ENTITIES) return;
    for (const known of entities) if (known.value === entity.value && known.path === entity.path) return;
    this.entities = [...entities, entity];
  }

  #addSample(sample: Sample): void {
    const { samples } = this;
    let index = 0;
    while (index < samples.length && (samples[index]?.atMs ?? 0) > sample.atMs) index += 1;
    if (index >= MAX_SIGNAL_SAMPLES) return;
    this.samples = [...samples.slice(0, index), sample, ...samples.slice(index, MAX_SIGNAL_SAMPLES - 1)];
  }
}

/** The list itself when it has the value already, or has no room. */
function withOne(list: readonly string[], value: string, limit: number): readonly string[] {
  return list.includes(value) || list.length >= limit ? list : [...list, value];
}
