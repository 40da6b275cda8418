/** Secrets are named in content and stand in the environment of whoever needs them. */

/** `github-hook` stands in SIGNALWRIGHT_SECRET_GITHUB_HOOK. */
export function secretVariable(name: string): string {
  return `SIGNALWRIGHT_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}
