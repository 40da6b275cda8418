/** What `org doctor` says of one thing that it looked at. */
export interface Finding {
  /** Public: a script may test for one. */
  readonly check:
    | 'database'
    | 'migrations'
    | 'audit'
    | 'identity'
    | 'outbox'
    | 'retention'
    | 'clock'
    | 'space'
    | 'permissions';
  readonly verdict: 'ok' | 'warning' | 'failed';
  /** One line for people, without any data of the org. */
  readonly message: string;
}
