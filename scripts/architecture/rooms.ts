/**
 * The table of rooms: who stands on which floor, who owns which heavy dependency, and which files are
 * rims, where the world may be touched. docs/architecture.md says why; this file is what is enforced.
 */

/** A room may use every room on a lower floor, and no other. `alone`: may use none of ours. */
export type Floor = number | 'alone';

export const FLOORS: Readonly<Record<string, Floor>> = {
  model: 0,
  query: 0,
  wire: 1,
  template: 1,
  store: 1,
  outbound: 1,
  content: 2,
  detect: 2,
  simulate: 2,
  action: 2,
  signals: 3,
  workflow: 3,
  sync: 3,
  'workflow-restate': 4,
  org: 4,
  review: 4,
  explorer: 'alone',
  cli: 5,
};

/**
 * Rooms that may never have a dependency of any sort. `query` may use outside packages, but stands on
 * floor 0, so none of ours.
 */
export const ROOMS_WITHOUT_DEPENDENCIES: ReadonlySet<string> = new Set(['model']);

/**
 * Second doors, for development tools alone: only scripts and tests may use them, so that what they need
 * is never loaded at run time. Room → names below `src/`, each with its own index.ts.
 */
export const SIDE_DOORS: Readonly<Record<string, readonly string[]>> = {
  // The manifest tool needs ts-morph, which no running signalwright may load.
  action: ['manifest'],
  // Writes out validators, for the bundle alone.
  content: ['standalone'],
  // Applies against a service in memory that fails on schedule: proofs and tests share it.
  sync: ['rehearsal'],
};

/**
 * Outside packages that shape a whole room: only their owners may import them, so that a change of
 * library stays a change of one room. A name ending in `/` stands for a scope.
 */
export const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'ts-morph': ['action', 'scripts'],
  typescript: [],
  esbuild: ['scripts'],
  libsql: ['store'],
  kysely: ['store', 'signals', 'workflow', 'org'],
  // In `review` only the tests use it, to play GitHub.
  hono: ['org', 'simulate', 'review', 'tests'],
  '@hono/': ['org', 'simulate', 'review', 'tests'],
  '@octokit/': ['review'],
  handlebars: ['template'],
  yaml: ['content', 'scripts'],
  ajv: ['content', 'wire', 'org', 'workflow', 'action'],
  'ajv-formats': ['content', 'wire', 'org', 'workflow', 'action'],
  re2js: ['content', 'query', 'detect'],
  chokidar: ['cli'],
  commander: ['cli'],
  picocolors: ['cli'],
  '@datadog/native-appsec': ['simulate'],
  // A second opinion for a proof, never at run time.
  'z3-solver': ['scripts'],
};

export type Effect = 'disk' | 'network' | 'process' | 'clock' | 'random' | 'environment';

export interface Rim {
  /** A file, or a folder when it ends in `/`; from the repository root. */
  readonly path: string;
  readonly effects: readonly Effect[];
  readonly why: string;
}

/**
 * Where effects may happen. Everything not listed is pure: time, randomness, network, disk and
 * environment come in as arguments. `model`, `query`, `template` and `detect` must never appear here.
 */
export const RIMS: readonly Rim[] = [
  {
    path: 'packages/cli/',
    effects: ['disk', 'network', 'process', 'clock', 'random', 'environment'],
    why: 'the command is the rim that joins rooms and hands the world in',
  },
  {
    path: 'packages/store/src/',
    effects: ['disk', 'environment'],
    why: 'databases and journals are files, and a lock names the process and host that hold it',
  },
  {
    path: 'packages/outbound/src/',
    effects: ['network'],
    why: 'everything that leaves the process leaves here, under its egress rules',
  },
  {
    path: 'packages/simulate/src/',
    effects: ['disk', 'network', 'clock', 'random'],
    why: 'the sample application and its visitors are the outside world, played on this machine',
  },
  {
    path: 'packages/simulate/src/record-main.ts',
    effects: ['environment'],
    why: 'a command begins here',
  },
  {
    path: 'packages/action/bin/',
    effects: ['environment'],
    why: 'a command begins here',
  },
  {
    path: 'packages/action/src/manifest/',
    effects: ['disk', 'environment'],
    why: 'the manifest tool reads sources and writes a file; it is no part of a running signalwright',
  },
  {
    path: 'packages/content/src/disk/',
    effects: ['disk'],
    why: 'the only reader of content files',
  },
  {
    path: 'packages/review/src/git/run-git.ts',
    effects: ['process'],
    why: 'the one place that starts git, to read objects and to write notes of ours',
  },
  {
    path: 'packages/org/src/http/listen.ts',
    effects: ['network'],
    why: 'the one place that opens a port',
  },
  {
    path: 'packages/org/src/identity/',
    effects: ['disk', 'random'],
    why: 'tokens are drawn and kept in a file of their owner',
  },
  {
    path: 'packages/org/src/http/request-metrics.ts',
    effects: ['clock'],
    why: 'how long answers take is told by the clock of the machine, whatever time the org lives in',
  },
  {
    path: 'packages/org/src/upkeep/',
    effects: ['disk', 'environment'],
    why: 'a backup is a file, and an examination looks at files, free space and permissions',
  },
  {
    path: 'packages/org/src/test-mode/',
    effects: ['disk'],
    why: 'each session of tests has a folder that ends with it, and recordings are files',
  },
];

/** Rooms that stay pure whatever the table above says; a row for them is itself a finding. */
export const PURE_ROOMS: ReadonlySet<string> = new Set(['model', 'query', 'template', 'detect']);
