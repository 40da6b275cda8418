/** Recorded conversations with the real service, and which operation each of their requests is. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '../../harness/shared-data.ts';

export interface Scenario {
  /** `v2-teams`: the file it stands in. */
  readonly area: string;
  readonly scenario: string;
  /** ISO 8601; the clock of the org stands at it. */
  readonly frozen_at: string;
  readonly interactions: readonly Interaction[];
}

export interface Interaction {
  readonly request: RecordedRequest;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: { readonly value: string };
  };
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** null when there was none. */
  readonly body: { readonly value: unknown };
}

export function readScenarios(): readonly Scenario[] {
  const folder = sharedData('datadog-api/recordings');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => {
      const { recordings } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        readonly recordings: readonly Omit<Scenario, 'area'>[];
      };
      return recordings.map((recording) => ({ ...recording, area: name.replace(/\.json$/, '') }));
    });
}

/** Every operation of the public API that we know of, `GET /api/v2/workflows/:x`: names of parameters say nothing. */
export function readOperations(): readonly string[] {
  return readFileSync(sharedData('datadog-api/operations.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('|')[0]?.trim() ?? '')
    .filter((operation) => operation !== '')
    .map((operation) => operation.replaceAll(/\{\w+\}/g, ':x'));
}

/** Signals, workflows and runs are as good as shown by a request that went well: an org seeds plain ones. */
const IMPLIED = /^\/api\/(v1\/security_analytics\/signals|v2\/security_monitoring\/signals|v2\/workflows)\//;

/**
 * A path of the scenario that worked with an object that no answer shows, before or then: nothing says what it was, so
 * no seed can stand for it.
 */
export function pathOfUnseen(scenario: Scenario, operations: readonly string[]): string | undefined {
  let shown = '';
  for (const { request, response } of scenario.interactions) {
    if (response.status >= 300 || IMPLIED.test(request.path)) continue;
    shown += response.body.value;
    const pattern = operationOf(request, operations).split(' ')[1]?.split('/') ?? [];
    const ids = request.path.split('/').filter((_, index) => pattern[index] === ':x');
    if (ids.some((id) => !shown.includes(id))) return request.path;
  }
  return undefined;
}

/** The operation that a request is: of those whose path fits, the one with the fewest parameters. */
export function operationOf(request: RecordedRequest, operations: readonly string[]): string {
  const parts = request.path.split('/');
  const fitting = operations.filter((operation) => {
    const [method, path = ''] = operation.split(' ');
    const pattern = path.split('/');
    return (
      method === request.method &&
      pattern.length === parts.length &&
      pattern.every((part, index) => part === ':x' || part === parts[index])
    );
  });
  const parameters = (operation: string): number => operation.split(':x').length;
  return fitting.toSorted((a, b) => parameters(a) - parameters(b))[0] ?? `${request.method} ${request.path}`;
}
