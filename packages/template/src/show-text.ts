/** Text of others on its way to people. */

import { inertTerminal } from './inert-terminal.ts';
import { maskSecrets } from './secrets.ts';

/** As a terminal or the log of a CI job may show it: it moves nothing, commands nothing, and secrets are stars. */
export function showText(text: string): string {
  return inertTerminal(maskSecrets(text));
}
