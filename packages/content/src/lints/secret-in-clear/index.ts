/**
 * A key, token or password in the text of a file. What was in git once is public to all who can read it: the secret
 * must be changed, not only removed.
 */

import { findSecrets } from '@signalwright/template';
import type { Lint } from '../lint-contract.ts';

/** Texts of one object that are looked at. */
const MAX_TEXTS = 5_000;
/** Of one text: who leaks more knows where to look. */
const MAX_SECRETS = 10;

export const secretInClear: Lint = (_object, report, _context, written) => {
  let texts = 0;
  // One path for all, copied where something is found.
  const path: (string | number)[] = [];
  const look = (value: unknown): void => {
    if (texts > MAX_TEXTS) return;
    if (typeof value === 'string') {
      texts += 1;
      for (const found of findSecrets(value).slice(0, MAX_SECRETS)) {
        report.inText([...path], found, 'lint/secret-in-clear', `This looks like ${found.what}.`, {
          hint: 'Change the secret where it is valid, then write secret://<name> here.',
        });
      }
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) value.forEach((child, index) => step(index, child));
    else for (const key of Object.keys(value)) step(key, (value as Record<string, unknown>)[key]);
  };
  const step = (key: string | number, child: unknown): void => {
    path.push(key);
    look(child);
    path.pop();
  };
  look(written);
};
