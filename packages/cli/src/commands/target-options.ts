/** Options that several commands have, so that they read and behave alike. */

export const DIR_OPTION = [
  '-d, --dir <folder>',
  'folder that holds signalwright.yaml (default: looked for upwards)',
] as const;

export const ENV_OPTION = ['-e, --env <name>', 'environment of signalwright.yaml (default: local)'] as const;
