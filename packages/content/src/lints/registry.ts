/** Every lint. */

import { alwaysTrueCondition } from './always-true-condition/index.ts';
import { alwaysTrueQuery } from './always-true-query/index.ts';
import { assigneeExists } from './assignee-exists/index.ts';
import { badAttackTag } from './bad-attack-tag/index.ts';
import { blockWithoutTarget } from './block-without-target/index.ts';
import { disabledReference } from './disabled-reference/index.ts';
import { duplicateCondition } from './duplicate-condition/index.ts';
import { duplicateRule } from './duplicate-rule/index.ts';
import { groupByExcluded } from './group-by-excluded/index.ts';
import { impossibleQuery } from './impossible-query/index.ts';
import { noAttackTag } from './no-attack-tag/index.ts';
import { noFiringTest } from './no-firing-test/index.ts';
import { noMessage } from './no-message/index.ts';
import { noNearMiss } from './no-near-miss/index.ts';
import { noOwner } from './no-owner/index.ts';
import { noRateLimit } from './no-rate-limit/index.ts';
import { noTests } from './no-tests/index.ts';
import { notificationMatchesNothing } from './notification-matches-nothing/index.ts';
import { onlyNegations } from './only-negations/index.ts';
import { permanentBlock } from './permanent-block/index.ts';
import { redundantClause } from './redundant-clause/index.ts';
import { redundantComparison } from './redundant-comparison/index.ts';
import { sameName } from './same-name/index.ts';
import { secretInClear } from './secret-in-clear/index.ts';
import { severityOrder } from './severity-order/index.ts';
import { shadowTells } from './shadow-tells/index.ts';
import { shadowedCase } from './shadowed-case/index.ts';
import { silentCase } from './silent-case/index.ts';
import { suppressionHidesNothing } from './suppression-hides-nothing/index.ts';
import { suppressionHidesRule } from './suppression-hides-rule/index.ts';
import { suppressionNeverExpires } from './suppression-never-expires/index.ts';
import { suppressionTooLong } from './suppression-too-long/index.ts';
import { toldTwice } from './told-twice/index.ts';
import { unconditionalBlock } from './unconditional-block/index.ts';
import { unknownTemplateField } from './unknown-template-field/index.ts';
import { unreachableCase } from './unreachable-case/index.ts';
import type { ContentLint, Lint } from './lint-contract.ts';

export const LINTS: readonly Lint[] = [
  alwaysTrueCondition,
  alwaysTrueQuery,
  assigneeExists,
  badAttackTag,
  blockWithoutTarget,
  disabledReference,
  duplicateCondition,
  groupByExcluded,
  impossibleQuery,
  noAttackTag,
  noFiringTest,
  noMessage,
  noNearMiss,
  noOwner,
  noRateLimit,
  noTests,
  notificationMatchesNothing,
  onlyNegations,
  permanentBlock,
  redundantClause,
  redundantComparison,
  secretInClear,
  severityOrder,
  shadowTells,
  shadowedCase,
  silentCase,
  suppressionHidesNothing,
  suppressionHidesRule,
  suppressionNeverExpires,
  suppressionTooLong,
  toldTwice,
  unconditionalBlock,
  unknownTemplateField,
  unreachableCase,
];

export const CONTENT_LINTS: readonly ContentLint[] = [duplicateRule, sameName];
