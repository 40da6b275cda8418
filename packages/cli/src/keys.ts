/** The keys of a target: named by its environment, by DD_API_KEY and DD_APP_KEY, or those of an org on this machine. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariable, type KeyReferences } from '@signalwright/model';
import { environmentFailure, type CommandFailure } from './failure.ts';
import { readSecret } from './read-secret.ts';
import type { World } from './world.ts';

export interface Keys {
  readonly apiKey: string;
  readonly applicationKey: string;
}

export interface FoundKeys {
  readonly keys: Keys;
  /** Where they come from, for people: `DD_API_KEY and DD_APP_KEY`. */
  readonly from: string;
}

const SECRET = 'secret://';

/**
 * @param references of the environment in `signalwright.yaml`; left out, the usual variables hold
 * @returns undefined when none of them is set
 * @throws CommandFailure 74 when one of the two is missing, or is nothing that a key can be
 */
export function findKeys(references: KeyReferences | undefined, env: World['env']): FoundKeys | undefined {
  const api = variableOf(references?.api) ?? 'DD_API_KEY';
  const application = variableOf(references?.application) ?? 'DD_APP_KEY';
  const apiKey = readKey(api, env);
  const applicationKey = readKey(application, env);
  if (apiKey !== undefined && applicationKey !== undefined)
    return { keys: { apiKey, applicationKey }, from: `${api} and ${application}` };
  // What signalwright.yaml names must be there; nothing else is tried in its place.
  if (references === undefined && apiKey === undefined && applicationKey === undefined) return undefined;
  throw missingKeys(
    [...(apiKey === undefined ? [api] : []), ...(applicationKey === undefined ? [application] : [])],
    references !== undefined,
  );
}

export function missingKeys(variables: readonly string[], isNamed = false): CommandFailure {
  const [first = '', ...more] = variables;
  const isOne = more.length === 0;
  const files = variables.map((each) => `${each}_FILE`).join(' and ');
  const by = isNamed ? ' signalwright.yaml names them for this environment.' : '';
  return environmentFailure(
    isOne ? `There is no ${first}.` : 'The keys of the service are missing.',
    `Set ${variables.join(' and ')}, or ${files} to ${isOne ? 'a file that holds it' : 'files that hold them'}.${by}`,
  );
}

function variableOf(reference: string | undefined): string | undefined {
  return reference === undefined ? undefined : secretVariable(reference.slice(SECRET.length));
}

/** What no header can carry, or what a shell or a `.env` file left around it, is said before it is sent. */
function readKey(variable: string, env: World['env']): string | undefined {
  const key = readSecret(variable, env)?.trim();
  if (key === undefined || key === '') return undefined;
  if (/^[\u0021-\u007e]+$/.test(key) && !/["'`]/.test(key)) return key;
  throw environmentFailure(
    `${variable} holds what no key has: a quote, a blank, a line end or a letter beyond ASCII.`,
    'Copy the key again, without anything around it.',
  );
}

/** Keys that an org on this machine wrote beside its data. @throws CommandFailure 74 when there is none */
export function readOwnerKeys(dataDir: string): FoundKeys {
  const path = join(dataDir, 'credentials.json');
  try {
    return { keys: JSON.parse(readFileSync(path, 'utf8')) as Keys, from: path };
  } catch {
    throw environmentFailure(
      `There is no embedded org here: ${path} cannot be read.`,
      'Start it with `signalwright up`, or set SIGNALWRIGHT_URL, DD_API_KEY and DD_APP_KEY.',
    );
  }
}
