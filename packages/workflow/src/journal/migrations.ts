import type { Migration } from '@signalwright/store';

/** Tables of the run journal. Forward only; a row of `step` is what the guarantee is made of. */
export const RUN_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'runs and their steps',
    sql: `
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL,
  -- The same cause starts the same run once, however often a crash makes us ask for it.
  dedupe_key TEXT NOT NULL UNIQUE,
  pinned TEXT NOT NULL,
  interpreter_version INTEGER NOT NULL,
  trigger_kind TEXT NOT NULL,
  signal_id TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  step TEXT,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX run_by_workflow ON run (workflow_id, created_at_ms);
CREATE INDEX run_by_status ON run (status, created_at_ms);
CREATE INDEX run_by_signal ON run (signal_id);
CREATE TABLE step (
  run_id TEXT NOT NULL REFERENCES run (id),
  path TEXT NOT NULL,
  action TEXT,
  input TEXT,
  status TEXT NOT NULL,
  output TEXT,
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- How often the process ended while the step ran.
  interruptions INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  PRIMARY KEY (run_id, path)
) STRICT;
`,
  },
  {
    version: 2,
    name: 'when runs ended',
    sql: 'CREATE INDEX run_by_end ON run (ended_at_ms) WHERE ended_at_ms IS NOT NULL;',
  },
];
