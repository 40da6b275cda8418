/** Who changed what, when and why: one entry for each change of a signal or the denylist. */

export interface AuditEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly actorId: string;
  readonly actorName: string;
  /** `signal.state`, `signal.assignee`, `signal.comment`, `denylist.block`, `denylist.unblock`, `rule.create`, … */
  readonly action: string;
  /** `signal:<id>`, `ip:<address>`, `detection-rule:<remote id>`. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly cause: readonly string[];
}
