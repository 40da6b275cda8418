/** Every message that the service is known to have accepted is a template here. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

import { parseTemplate } from './parse.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CORPUS = resolve(
  process.env['SIGNALWRIGHT_SHARED'] ?? resolve(ROOT, '../shared'),
  'datadog-api/rule-corpus.json',
);

interface Published {
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly message: string;
    readonly options?: { readonly thirdPartyRuleOptions?: { readonly signalTitleTemplate?: string } };
  };
}

test.skipIf(!existsSync(CORPUS))(
  existsSync(CORPUS)
    ? 'names, messages and titles of published rules are templates'
    : `published rules (skipped: no ${CORPUS})`,
  () => {
    const rules = JSON.parse(readFileSync(CORPUS, 'utf8')) as readonly Published[];
    const texts = rules.flatMap(({ rule }) =>
      [rule.name, rule.message, rule.options?.thirdPartyRuleOptions?.signalTitleTemplate ?? ''].map(
        (text) => [rule.id, text] as const,
      ),
    );
    expect(texts.length).toBeGreaterThan(1_000);
    expect(
      texts.flatMap(([id, text]) => {
        const result = parseTemplate(text);
        return result.ok ? [] : result.errors.map(({ code, message }) => `${id}: ${code} ${message}`);
      }),
    ).toEqual([]);
  },
);
