/** `--keep signals=90d audit=forever`: how long the embedded org keeps what. */

import { parseDuration, DEFAULT_RETENTION, retentionProblem, type Retention } from '@signalwright/model';
import { usageFailure } from './failure.ts';

const NAMES = {
  events: 'eventsMs',
  signals: 'signalsMs',
  audit: 'auditMs',
  runs: 'runsMs',
} as const satisfies Readonly<Record<string, keyof Retention>>;

/** What is not named is kept as long as by default. @throws CommandFailure for what cannot be */
export function readRetention(texts: readonly string[]): Retention {
  const named = texts.map((text) => {
    const [, what = '', time = ''] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
    const ms = parseDuration(time);
    if (!isName(what) || (ms === undefined && time !== 'forever')) {
      const hint = `Write it as signals=90d or audit=forever; there are ${Object.keys(NAMES).join(', ')}.`;
      throw usageFailure(`"${text}" does not say how long what is kept.`, hint);
    }
    return [NAMES[what], ms] as const;
  });
  const retention: Retention = { ...DEFAULT_RETENTION, ...Object.fromEntries(named) };
  const problem = retentionProblem(retention);
  if (problem !== undefined) throw usageFailure(problem, 'See docs/operations.md.');
  return retention;
}

function isName(what: string): what is keyof typeof NAMES {
  return Object.hasOwn(NAMES, what);
}
