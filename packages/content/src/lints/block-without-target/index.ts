/** A rule that blocks addresses or users, and whose signals name none: the action finds nobody to block. */

import type { CaseAction, DetectionRule } from '@signalwright/model';
import type { Lint } from '../lint-contract.ts';

/** What group-by fields name an address or a user. Source: entities of signals, attackers and victims. */
const TARGETS = {
  block_ip: {
    what: 'an address',
    field: /(?:^|[._@])(?:client_?ip|ip|ip_address|remote_ip|source_ip)$/i,
    example: '@http.client_ip',
  },
  block_user: { what: 'a user', field: /(?:^@?usr(?:\.|$)|user|principal|login)/i, example: '@usr.id' },
} as const;

export const blockWithoutTarget: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  object.object.cases.forEach(({ actions }, index) => {
    actions.forEach((action, position) => {
      const target = targetOf(action);
      if (target === undefined || hasGroup(object.object, target.field)) return;
      const message = `The rule blocks ${target.what}, and no query is grouped by one.`;
      report.at(['cases', index, 'actions', position], 'lint/block-without-target', message, {
        hint: `Group by ${target.example}, so that each signal names ${target.what} to block.`,
      });
    });
  });
};

function targetOf({ kind }: CaseAction): (typeof TARGETS)[keyof typeof TARGETS] | undefined {
  return kind === 'block_ip' || kind === 'block_user' ? TARGETS[kind] : undefined;
}

function hasGroup({ queries }: DetectionRule, field: RegExp): boolean {
  return queries.some(({ groupBy }) => groupBy.some((each) => field.test(each)));
}
