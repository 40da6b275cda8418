/**
 * The one event shape that every intake maps to: log lines, App and API Protection spans, audit trails.
 */

export type Scalar = string | number | boolean;

/** Nested JSON under one event. Attacker-controlled: read by path, never merged into other objects. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Event {
  readonly id: string;
  /** When it happened, Unix time in milliseconds. Windows use this, not the time of arrival. */
  readonly tsMs: number;
  /** Which intake it came through: `spans` for App and API Protection, `logs` for log lines. */
  readonly dataSource: DataSource;
  /** The integration or technology, the reserved attribute `source` of logs. */
  readonly source?: string;
  readonly service?: string;
  readonly env?: string;
  readonly host?: string;
  /** Of a log line; `info` where it is left out. */
  readonly status?: LogStatus;
  /** `key:value` or bare tags, as stored. */
  readonly tags: readonly string[];
  readonly attributes: Attributes;
  readonly message: string;
}

/** Source: Datadog "Log status remapper". */
export type LogStatus =
  | 'emergency'
  | 'alert'
  | 'critical'
  | 'error'
  | 'warn'
  | 'notice'
  | 'info'
  | 'debug'
  | 'ok';

/** Source: the `dataSource` values of a detection rule's query that the embedded org has an intake for. */
export type DataSource = 'logs' | 'spans';

/**
 * What the search language reads: reserved names, tags, nested attributes and the message.
 * Structurally the same as `QueryDocument` of the query room, which depends on no other room.
 */
export interface SearchDocument {
  readonly reserved: Readonly<Record<string, string | number | readonly string[]>>;
  readonly tags: readonly string[];
  readonly attributes: Attributes;
  readonly message: string;
}

/** The document behind a query over events. Reserved names: Datadog "Logs search syntax" and "Trace query syntax". */
export function eventDocument(event: Event): SearchDocument {
  return {
    reserved: {
      timestamp: event.tsMs,
      ...(event.dataSource === 'logs' && { status: event.status ?? 'info' }),
      ...(event.source !== undefined && { source: event.source }),
      ...(event.service !== undefined && { service: event.service }),
      ...(event.env !== undefined && { env: event.env }),
      ...(event.host !== undefined && { host: event.host }),
    },
    tags: event.tags,
    attributes: event.attributes,
    message: event.message,
  };
}
