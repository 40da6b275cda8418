/** Every lint. */

import { assigneeExists } from './assignee-exists/index.ts';
import { duplicateCondition } from './duplicate-condition/index.ts';
import type { Lint } from './lint-contract.ts';
import { noNearMiss } from './no-near-miss/index.ts';
import { noTests } from './no-tests/index.ts';
import { shadowedCase } from './shadowed-case/index.ts';

export const LINTS: readonly Lint[] = [noTests, noNearMiss, assigneeExists, duplicateCondition, shadowedCase];
