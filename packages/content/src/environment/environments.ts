/** What the environments of signalwright.yaml make of content: variables and overrides, each with its place. */

import {
  defaultEnvironment,
  type Address,
  type Diagnostic,
  type Origin,
  type ProjectConfig,
  type VariableValue,
} from '@signalwright/model';
import { diagnostic, quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { DataMap } from '../parse/node-reader.ts';
import type { VariableScope } from './expand-variables.ts';
import type { Override } from './lay-over.ts';

export interface EnvironmentView {
  readonly name: string;
  readonly variables: VariableScope;
  override(address: Address): Override | undefined;
}

/** Of a project without a readable signalwright.yaml: no variable is known, and nothing is asked about any. */
export const NO_ENVIRONMENT = 'local';

/**
 * @param config undefined when there is none that can be read
 * @param origin of signalwright.yaml
 */
export function environmentView(
  config: ProjectConfig | undefined,
  origin: Origin | undefined,
  asked: string | undefined,
): EnvironmentView {
  const environments = config?.environments ?? {};
  const isKnown = asked !== undefined && Object.hasOwn(environments, asked);
  const name = isKnown ? asked : defaultEnvironment({ environments });
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  return {
    name,
    variables: {
      environment: name,
      values: new Map(Object.entries(environment?.variables ?? {})),
      definedIn: definitions(environments),
    },
    override: (address) => {
      const overrides = environment?.overrides ?? {};
      if (origin === undefined || !Object.hasOwn(overrides, address)) return undefined;
      const at = ['environments', name, 'overrides', address];
      return { data: overrides[address] as DataMap, origin, at };
    },
  };
}

function definitions(environments: ProjectConfig['environments']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, { variables }] of Object.entries(environments)) {
    for (const variable of Object.keys(variables)) found.set(variable, [...(found.get(variable) ?? []), name]);
  }
  return found;
}

/** Every environment, the default one first: what `check` looks at. One is enough where they say the same. */
export function environmentNames(config: ProjectConfig | undefined): readonly string[] {
  if (config === undefined) return [NO_ENVIRONMENT];
  const first = defaultEnvironment(config);
  const others = Object.keys(config.environments).filter((name) => name !== first);
  return [first, ...others];
}

/** Overrides of what does not exist, and of what an object is known by. */
export function checkOverrides(
  config: ProjectConfig,
  origin: Origin,
  isKnown: (address: string) => boolean,
  known: Iterable<string>,
): readonly Diagnostic[] {
  const addresses = [...known];
  return Object.entries(config.environments).flatMap(([name, { overrides }]) =>
    Object.entries(overrides).flatMap(([address, value]) => {
      const at = ['environments', name, 'overrides', address];
      if (!isKnown(address)) {
        const message = `There is no object ${quoted(address)}.`;
        const hint = didYouMean(address, addresses) ?? 'An address is <kind>/<id>, such as suppression/pentest.';
        return [diagnostic('env/unknown-address', origin.keyRangeOf(at), message, { hint })];
      }
      return ['kind', 'id']
        .filter((key) => Object.hasOwn(value as object, key))
        .map((key) =>
          diagnostic(
            'env/override-of-identity',
            origin.keyRangeOf([...at, key]),
            `The ${key} of an object is the same everywhere.`,
            { hint: 'Remove it; the address says which object is meant.' },
          ),
        );
    }),
  );
}

/** A variable inside a variable stays as it is written, which nobody would expect. */
export function checkVariables(config: ProjectConfig, origin: Origin): readonly Diagnostic[] {
  return Object.entries(config.environments).flatMap(([name, { variables }]) =>
    Object.entries(variables).flatMap(([variable, value]) => {
      const start = textOf(value).indexOf('${var.');
      if (start === -1) return [];
      const range = origin.rangeInScalar(['environments', name, 'variables', variable], start, textOf(value).length);
      const hint = 'Write the value out.';
      return [diagnostic('env/bad-variable', range, 'Variables do not stand in variables.', { hint })];
    }),
  );
}

function textOf(value: VariableValue): string {
  return typeof value === 'string' ? value : '';
}
