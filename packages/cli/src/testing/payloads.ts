/** Answers of the API for tests of import, and what became of them. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestFolder } from './terminal.ts';

export const CONFIG = 'stack: acme\nenvironments:\n  local: { target: embedded }\n';

export const RULE = {
  id: 'abc-def-ghi',
  version: 3,
  createdAt: 1_700_000_000_000,
  isDefault: false,
  name: 'Failed logins',
  type: 'log_detection',
  isEnabled: true,
  message: 'Too many.',
  tags: ['team:identity', 'security:attack'],
  queries: [
    {
      name: 'failures',
      query: '@evt.name:login @evt.outcome:failure',
      dataSource: 'logs',
      aggregation: 'count',
      groupByFields: ['@usr.id'],
      distinctFields: [],
      hasOptionalGroupByFields: false,
    },
  ],
  cases: [{ name: '', status: 'high', condition: 'failures > 25', notifications: ['@slack-appsec'] }],
  options: {
    detectionMethod: 'threshold',
    evaluationWindow: 300,
    keepAlive: 3_600,
    maxSignalDuration: 86_400,
  },
  hasExtendedTitle: false,
  filters: [],
};
export const FILE = 'rules/detection/failed-logins.yaml';

export const SUPPRESSION = {
  type: 'suppressions',
  id: 'sup-pre-ssi',
  attributes: {
    name: 'Scanner',
    enabled: true,
    description: 'Agreed.',
    rule_query: 'type:log_detection',
    suppression_query: 'env:staging',
    data_exclusion_query: '',
    tags: [],
    version: 1,
  },
};

export const OWNED = {
  ...RULE,
  id: 'def-000-1e8',
  isDefault: true,
  name: 'Scan of an API',
  tags: ['source:shop', 'tuned:yes'],
  defaultTags: ['source:shop'],
};
export const OWNED_FILE = 'rules/detection/scan-of-an-api.yaml';
export const OWNED_BODY = 'rules/detection/scan-of-an-api.upstream.yaml';

export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** Payloads of compile by address. */
export async function compiled(folder: TestFolder): Promise<Readonly<Record<string, unknown>>> {
  const { objects } = (await folder.run(['compile', '--json'])).json() as {
    readonly objects: readonly { readonly address: string; readonly payload: unknown }[];
  };
  return Object.fromEntries(objects.map(({ address, payload }) => [address, payload]));
}

export function contentFiles(folder: TestFolder): readonly string[] {
  const list = (path: string): readonly string[] =>
    readdirSync(join(folder.root, path), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? list(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
  return ['rules', 'views', 'workflows'].filter((path) => existsSync(join(folder.root, path))).flatMap(list);
}
