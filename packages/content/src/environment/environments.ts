/** What the environments of signalwright.yaml make of content: variables and overrides, each with its place. */

import {
  defaultEnvironment,
  type Address,
  type Diagnostic,
  type Origin,
  type ProjectConfig,
} from '@signalwright/model';
import { diagnostic } from '../diagnostic.ts';
import type { DataMap } from '../parse/node-reader.ts';
import { holdsVariable, type VariableScope } from './expand-variables.ts';
import type { Override } from './lay-over.ts';

export interface EnvironmentView {
  readonly name: string;
  readonly variables: VariableScope;
  override(address: Address): Override | undefined;
}

/**
 * @param file undefined when there is no signalwright.yaml that can be read
 * @param asked the default environment is taken when there is none of that name
 */
export function environmentView(
  file: { readonly config: ProjectConfig; readonly origin: Origin } | undefined,
  asked: string | undefined,
): EnvironmentView {
  const environments = file?.config.environments ?? {};
  const isKnown = asked !== undefined && Object.hasOwn(environments, asked);
  const name = isKnown ? asked : defaultEnvironment({ environments });
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  return {
    name,
    variables: {
      environment: name,
      values: file === undefined ? undefined : new Map(Object.entries(environment?.variables ?? {})),
      definedIn: definitions(environments),
      placeOf: (variable) => file?.origin.rangeOf(['environments', name, 'variables', variable]),
    },
    override: (address) => {
      const overrides = environment?.overrides ?? {};
      if (file === undefined || !Object.hasOwn(overrides, address)) return undefined;
      const at = ['environments', name, 'overrides', address];
      // What an object is known by is reported, and never laid over it.
      const { kind: _kind, id: _id, ...data } = overrides[address] as DataMap;
      return { data, origin: file.origin, at };
    },
  };
}

function definitions(environments: ProjectConfig['environments']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, { variables }] of Object.entries(environments)) {
    for (const variable of Object.keys(variables))
      found.set(variable, [...(found.get(variable) ?? []), name]);
  }
  return found;
}

/** Whether two environments may read content differently apart from its variables. */
export function saysDifferent(config: ProjectConfig | undefined): boolean {
  return Object.values(config?.environments ?? {}).some(({ overrides }) => Object.keys(overrides).length > 0);
}

export function otherEnvironments(config: ProjectConfig | undefined, name: string): readonly string[] {
  return Object.keys(config?.environments ?? {}).filter((other) => other !== name);
}

/** A variable inside a variable stays as it is written, which nobody would expect. */
export function checkVariables(config: ProjectConfig, origin: Origin): readonly Diagnostic[] {
  return Object.entries(config.environments).flatMap(([name, { variables }]) =>
    Object.entries(variables).flatMap(([variable, value]) => {
      if (typeof value !== 'string' || !holdsVariable(value)) return [];
      const path = ['environments', name, 'variables', variable];
      const range = origin.rangeInScalar(path, value.indexOf('${var.'), value.length);
      const hint = 'Write the value out.';
      return [diagnostic('env/bad-variable', range, 'Variables do not stand in variables.', { hint })];
    }),
  );
}
