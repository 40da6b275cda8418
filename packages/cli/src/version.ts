import { readFileSync } from 'node:fs';

/** The version of the installed package. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const found = (JSON.parse(text) as { readonly version?: unknown }).version;
  return typeof found === 'string' ? found : '0.0.0';
}
