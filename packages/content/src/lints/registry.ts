/** Every lint, by code. */

import type { Lint } from './lint-contract.ts';

export const LINTS: readonly Lint[] = [];
