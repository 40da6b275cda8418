/** Exit codes that a pipeline can rely on. A code is public: changing one is a breaking change. */
export const EXIT = {
  ok: 0,
  /** Errors in content, failed tests, refused changes. */
  findings: 1,
  /** With `--exit-code`: there are changes. */
  changes: 2,
  /** Our own mistake; the stack was printed. */
  internal: 3,
  usage: 64,
  /** Port, permission, disk, network, missing folder. */
  environment: 74,
  /** Somebody else holds the lease or the data folder. */
  busy: 75,
  /** Ctrl-C: what was under way was ended in order. Source: 128 and the number of SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
