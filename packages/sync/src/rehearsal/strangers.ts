/** Objects of somebody else at a service, and everything that is there: asked past the network that fails. */

import { PATHS, encodeRule } from '@signalwright/wire';
import type { Service } from './faulty-world.ts';
import { TARGET_URL } from './faulty-world.ts';
import { rule } from './sample-source.ts';

const AREAS = [PATHS.rules, PATHS.suppressions, PATHS.notificationRules, PATHS.workflows] as const;
/** Far more than a life leaves. */
const ROWS = 100;

interface Row {
  readonly id: string;
  readonly name?: string;
  readonly attributes?: { readonly name?: string };
}

/** Everything that exists, by path and name. */
export async function census(service: Service): Promise<
  readonly {
    readonly path: string;
    readonly id: string;
    readonly name: string;
  }[]
> {
  const areas = await Promise.all(
    AREAS.map(async (path) => {
      const query = `page[size]=${ROWS}&limit=${ROWS}&filter[includeUnpublished]=true`;
      const response = await service.handle(`${TARGET_URL}${path}?${query}`, {
        method: 'GET',
      });
      const { data } = (await response.json()) as { data: readonly Row[] };
      return data.map(({ id, name, attributes }) => ({
        path,
        id,
        name: name ?? attributes?.name ?? '',
      }));
    }),
  );
  return areas.flat();
}

export async function readRule(service: Service, id: string): Promise<string> {
  return (await service.handle(`${TARGET_URL}${PATHS.rules}/${id}`, { method: 'GET' })).text();
}

/** A rule without a mark. @returns its id */
export async function addUnmarked(service: Service, name: string): Promise<string> {
  const { message, queries, cases, options } = encodeRule(rule('sqli'), {
    stack: 'another',
  });
  const body = {
    name,
    type: 'application_security',
    isEnabled: true,
    tags: ['team:other'],
  };
  const init = {
    method: 'POST',
    body: JSON.stringify({ ...body, message, queries, cases, options }),
  };
  const response = await service.handle(`${TARGET_URL}${PATHS.rules}`, init);
  return ((await response.json()) as { id: string }).id;
}

export async function removeAll(service: Service): Promise<void> {
  for (const { path, id } of await census(service)) {
    await service.handle(`${TARGET_URL}${path}/${id}`, { method: 'DELETE' });
  }
}
