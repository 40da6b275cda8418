/** Tables of the stored side. Bodies are JSON; columns beside them are what SQL orders or selects by. */

import type { Migration } from '@signalwright/store';

export const SIGNALS_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'signals, triage, denylist, outbox, events, content, audit',
    sql: `
CREATE TABLE signals (
  id TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX signals_by_time ON signals (created_at_ms, id);

CREATE TABLE signal_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  signal_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX signal_events_by_signal ON signal_events (signal_id, seq);

CREATE TABLE comments (
  id TEXT PRIMARY KEY,
  signal_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  author_id TEXT NOT NULL,
  author_name TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX comments_by_signal ON comments (signal_id, at_ms);

CREATE TABLE suppressed (
  signal_id TEXT PRIMARY KEY,
  suppression_id TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  title TEXT NOT NULL
) STRICT;

CREATE TABLE denylist (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT,
  cause TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE INDEX audit_by_action ON audit (action, at_ms);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dedupe_key TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  signal_id TEXT NOT NULL,
  body TEXT NOT NULL,
  last_reason TEXT,
  created_at_ms INTEGER NOT NULL,
  settled_at_ms INTEGER
) STRICT;
CREATE INDEX outbox_by_status ON outbox (status, next_attempt_at_ms, id);
CREATE INDEX outbox_by_signal ON outbox (signal_id, id);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  ts_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_arrival ON events (received_at_ms, seq);

CREATE TABLE content (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX content_by_age ON content (kind, created_at_ms, id);

CREATE TABLE content_versions (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  fields TEXT,
  PRIMARY KEY (kind, id, version)
) STRICT;
`,
  },
  {
    version: 2,
    name: 'historical jobs and their results',
    sql: `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_age ON jobs (created_at_ms);

CREATE TABLE job_results (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX job_results_by_time ON job_results (created_at_ms, id);
CREATE INDEX job_results_by_job ON job_results (job_id, created_at_ms, id);

CREATE INDEX IF NOT EXISTS events_by_time ON events (ts_ms, seq);
`,
  },
  {
    version: 3,
    name: 'what changed of the signals, for indexes in memory',
    // Written by the database itself, so that no writer can forget it; what a reader has not seen of the oldest, it reads anew.
    sql: `
CREATE TABLE signal_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  signal_id TEXT NOT NULL
) STRICT;
CREATE TRIGGER signals_inserted AFTER INSERT ON signals BEGIN
  INSERT INTO signal_changes (signal_id) VALUES (new.id);
  DELETE FROM signal_changes WHERE seq <= last_insert_rowid() - 10000;
END;
CREATE TRIGGER signals_updated AFTER UPDATE ON signals BEGIN
  INSERT INTO signal_changes (signal_id) VALUES (new.id);
  DELETE FROM signal_changes WHERE seq <= last_insert_rowid() - 10000;
END;
CREATE TRIGGER signals_deleted AFTER DELETE ON signals BEGIN
  INSERT INTO signal_changes (signal_id) VALUES (old.id);
  DELETE FROM signal_changes WHERE seq <= last_insert_rowid() - 10000;
END;
`,
  },
  {
    version: 4,
    name: 'users, roles, keys, invitations, restriction policies',
    sql: `
CREATE TABLE users (
  uuid TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  handle TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  name TEXT,
  title TEXT,
  is_service_account INTEGER NOT NULL,
  is_verified INTEGER NOT NULL,
  is_disabled INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at_ms INTEGER NOT NULL,
  modified_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE role_permissions (
  role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  permission TEXT NOT NULL,
  PRIMARY KEY (role_id, permission)
) STRICT;

CREATE TABLE user_roles (
  user_uuid TEXT NOT NULL REFERENCES users (uuid) ON DELETE CASCADE,
  role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  PRIMARY KEY (user_uuid, role_id)
) STRICT;
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  last4 TEXT NOT NULL,
  user_uuid TEXT REFERENCES users (uuid) ON DELETE CASCADE,
  scopes TEXT,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER
) STRICT;
CREATE INDEX access_keys_by_user ON access_keys (user_uuid, created_at_ms);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  user_uuid TEXT NOT NULL REFERENCES users (uuid) ON DELETE CASCADE,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_by_user ON invitations (user_uuid);

CREATE TABLE restriction_policies (
  resource_id TEXT PRIMARY KEY,
  bindings TEXT NOT NULL
) STRICT;

CREATE TABLE org_identity (
  id TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL
) STRICT;
`,
  },
  {
    version: 5,
    name: 'the audit trail by time, and what was recorded before it',
    sql: `
CREATE INDEX audit_by_time ON audit (at_ms, seq);

CREATE TABLE audit_before (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at_ms INTEGER NOT NULL,
  attributes TEXT NOT NULL
) STRICT;
CREATE INDEX audit_before_by_time ON audit_before (at_ms, n);
`,
  },
  {
    version: 6,
    name: 'how long what is kept, and where the audit trail begins',
    sql: `
CREATE TABLE retention (
  what TEXT PRIMARY KEY,
  -- NULL: for good
  kept_ms INTEGER,
  -- Since the audit trail said so last.
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE audit_start (
  -- Of the last entry that was removed.
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_by_settling ON outbox (settled_at_ms) WHERE settled_at_ms IS NOT NULL;
CREATE INDEX suppressed_by_time ON suppressed (at_ms);
`,
  },
  {
    version: 7,
    name: 'which changes of signals are triage alone',
    // Found by looking, since a writer that has to say it could be wrong. Text that is no JSON is a change of everything.
    sql: `
ALTER TABLE signal_changes ADD COLUMN is_triage INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER signals_updated;
CREATE TRIGGER signals_updated AFTER UPDATE ON signals BEGIN
  INSERT INTO signal_changes (signal_id, is_triage) VALUES (
    new.id,
    new.id = old.id AND new.created_at_ms = old.created_at_ms AND
    CASE WHEN json_valid(old.body) AND json_valid(new.body)
      THEN json_remove(old.body, '$.triage', '$.version') = json_remove(new.body, '$.triage', '$.version')
      ELSE 0
    END
  );
  DELETE FROM signal_changes WHERE seq <= last_insert_rowid() - 10000;
END;
`,
  },
  {
    version: 8,
    name: 'lists of known addresses',
    sql: `
CREATE TABLE threat_intel_lists (
  name TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  csv TEXT NOT NULL,
  entries INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL
) STRICT;
`,
  },
];
