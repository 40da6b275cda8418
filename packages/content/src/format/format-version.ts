/**
 * The version of the written form, and the way from each version to the next. `formatVersion` of signalwright.yaml
 * says in which one a folder is written; left out, it is 1. A step is a pure list of edits of one file.
 */

import { parseAddress, type ContentPath } from '@signalwright/model';
import type { Data, DataMap } from '../parse/node-reader.ts';
import type { Edit } from '../write/edit-source.ts';
import { schemaNameOf } from './key-order.ts';

/** What this program reads and writes. Content of a newer one is refused; a default never changes within one. */
export const FORMAT_VERSION = 2;

interface Step {
  /** Leads to `from + 1`. */
  readonly from: number;
  /** What changes in a file, configuration included, by its data. */
  readonly edits: (data: DataMap) => readonly Edit[];
}

const STEPS: readonly Step[] = [{ from: 1, edits: namesOfTheApi }];

/** @returns what brings a file of version `from` to the current one, step by step */
export function stepsFrom(from: number): readonly Step['edits'][] {
  return STEPS.filter((step) => step.from >= from).map(({ edits }) => edits);
}

/** Keys of detection rules and their queries that format 2 calls as the API does. */
const RENAMED: Readonly<Record<string, string>> = {
  optionalGroupBy: 'hasOptionalGroupByFields',
  decreaseSeverityOutsideProduction: 'decreaseCriticalityBasedOnEnv',
};

/** How a key of an older format is written now, as a sentence. */
export function olderFormatHint(key: string, known: readonly string[]): string | undefined {
  const now = Object.hasOwn(RENAMED, key) ? RENAMED[key] : undefined;
  return now !== undefined && known.includes(now)
    ? `Since format 2 it is written ${now}; signalwright fmt --migrate renames it in content of format 1.`
    : undefined;
}

function namesOfTheApi(data: DataMap): readonly Edit[] {
  const name = schemaNameOf(data);
  if (name === 'signalwright') return overriddenRules(data).flatMap((path) => renamesIn(data, path));
  return name === 'detection-rule' || name === 'default-rule' ? renamesIn(data, []) : [];
}

/** Overrides of rules in signalwright.yaml are written as the rules are. */
function overriddenRules(config: DataMap): readonly ContentPath[] {
  return keysOf(config['environments']).flatMap((environment) => {
    const at = ['environments', environment, 'overrides'];
    return keysOf(valueAt(config, at))
      .filter((address) => parseAddress(address)?.kind === 'detection-rule')
      .map((address) => [...at, address]);
  });
}

/** Renames in a rule and in each of its queries. A key whose new name is there as well is left for a person. */
function renamesIn(data: DataMap, path: ContentPath): readonly Edit[] {
  const queries = valueAt(data, [...path, 'queries']);
  const count = Array.isArray(queries) ? queries.length : 0;
  const maps = [path, ...Array.from({ length: count }, (_, index) => [...path, 'queries', index])];
  return maps.flatMap((at) => {
    const keys = keysOf(valueAt(data, at));
    return Object.entries(RENAMED)
      .filter(([before, after]) => keys.includes(before) && !keys.includes(after))
      .map(([before, after]): Edit => ({ kind: 'rename', path: [...at, before], key: after }));
  });
}

function keysOf(value: Data | undefined): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function valueAt(data: Data, path: ContentPath): Data | undefined {
  return path.reduce<Data | undefined>((value, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? (value as readonly Data[])[step] : undefined;
    return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
      ? (value as DataMap)[step]
      : undefined;
  }, data);
}
