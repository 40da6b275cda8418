/** One line of the org's log. Ids stand in fields of their own; values from outside are never part of `message`. */

export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;
