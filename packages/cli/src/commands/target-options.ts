/** Options that several commands have, so that they read and behave alike. */

export const DIR_OPTION = [
  '-d, --dir <folder>',
  'folder that holds signalwright.yaml (default: looked for upwards)',
] as const;

export const ENV_OPTION = ['-e, --env <name>', 'environment of signalwright.yaml (default: local)'] as const;

/** For commands that read content and go nowhere. */
export const CONTENT_ENV_OPTION = [
  '-e, --env <name>',
  'whose variables and overrides hold (default: local, else the first in signalwright.yaml)',
] as const;
