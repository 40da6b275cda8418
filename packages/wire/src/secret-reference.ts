/** `secret://name` in a payload: stands for a value that is put in where the payload is sent, and nowhere before. */

const PREFIX = 'secret://';

export function encodeSecretName(name: string): string {
  return `${PREFIX}${name}`;
}

/** @returns undefined for everything else, a secret in clear for example */
export function decodeSecretName(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined;
}
