/**
 * A secret by the variable that it stands in, or by the file that `<variable>_FILE` names, as Docker and Kubernetes
 * mount them. Its value is never part of a message.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { environmentFailure } from './failure.ts';
import type { World } from './world.ts';

/** Chosen: far more than a key or a token has. */
const MAX_SECRET_BYTES = 16_384;

/**
 * @returns undefined when neither is set; an empty value counts as not set
 * @throws CommandFailure 74 when both are set, or when the file cannot be read
 */
export function readSecret(variable: string, env: World['env']): string | undefined {
  const value = env[variable] || undefined;
  const file = env[`${variable}_FILE`] || undefined;
  if (file === undefined) return value;
  if (value !== undefined)
    throw environmentFailure(
      `${variable} and ${variable}_FILE are both set.`,
      'Unset the one that is not meant.',
    );
  return readSecretFile(file, `${variable}_FILE`);
}

/** A line end at its end belongs to the file, not to the secret. */
function readSecretFile(file: string, variable: string): string {
  const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
  let bytes: number;
  try {
    const descriptor = openSync(file, 'r');
    try {
      bytes = readSync(descriptor, buffer);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw environmentFailure(`The file that ${variable} names cannot be read${code}: ${file}`);
  }
  const text = buffer.toString('utf8', 0, bytes).replace(/\r?\n$/, '');
  if (bytes > MAX_SECRET_BYTES || text === '')
    throw environmentFailure(`The file that ${variable} names holds no secret: ${file}`);
  return text;
}
