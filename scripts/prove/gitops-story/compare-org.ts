/**
 * Whether an org holds exactly what content says, without our plan: the raw lists of its API beside what `compile`
 * prints, by the book of the notes on the API.
 */

import type { JsonObject } from '../roundtrip/real-objects.ts';
import { differencesOf } from '../roundtrip/compare-payloads.ts';
import type { Stage } from '../gitops/stage.ts';

const RULES = '/api/v2/security_monitoring/rules';
const PAGE = 100;
const MAX_PAGES = 100;
const MARK = 'signalwright:acme/';

/** Every rule of the org, as it is answered. */
export async function listRules(stage: Stage): Promise<readonly JsonObject[]> {
  const { apiKey, applicationKey } = stage.org.ownerCredentials;
  const rules: JsonObject[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const response = await stage.org.fetch(
      new Request(`${stage.url}${RULES}?page[size]=${PAGE}&page[number]=${page}`, {
        headers: { 'dd-api-key': apiKey, 'dd-application-key': applicationKey },
      }),
    );
    const { data } = (await response.json()) as { readonly data: readonly JsonObject[] };
    rules.push(...data);
    if (data.length < PAGE) return rules;
  }
  throw new Error(`There are more than ${MAX_PAGES * PAGE} rules.`);
}

/** @returns every difference in words */
export async function differencesOfOrg(stage: Stage): Promise<readonly string[]> {
  const { out } = await stage.run(['compile', '--json']);
  const { objects } = JSON.parse(out) as {
    readonly objects: readonly { readonly address: string; readonly payload: JsonObject }[];
  };
  const ours = (await listRules(stage)).flatMap((rule) =>
    marksOf(rule).map((id) => [`detection-rule/${id}`, rule] as const),
  );
  const there = new Map<string, JsonObject>(ours);
  const twice = ours.length - there.size;
  const wanted = new Set<string>(objects.map(({ address }) => address));
  return [
    ...(twice === 0 ? [] : [`${twice} objects are there twice`]),
    ...[...there.keys()]
      .filter((address) => !wanted.has(address))
      .map((address) => `${address} is not in git`),
    ...objects.flatMap(({ address, payload }) => {
      const rule = there.get(address);
      if (rule === undefined) return [`${address} is not in the org`];
      return differencesOf('detection-rule', rule, payload).map((path) => `${address}: ${path}`);
    }),
  ];
}

function marksOf({ tags }: JsonObject): readonly string[] {
  return (Array.isArray(tags) ? (tags as readonly string[]) : [])
    .filter((tag) => tag.startsWith(MARK))
    .map((tag) => tag.slice(MARK.length));
}
