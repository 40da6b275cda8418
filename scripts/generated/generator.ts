/** The contract of a generated file: who writes it, and where. The registry is scripts/generators.ts. */

export interface Generator {
  readonly name: string;
  /**
   * The paths this generator owns, from the repository root: files, or folders when they end in `/`.
   * A file in an owned folder that `render` no longer returns is left over, and is removed.
   */
  outputs(): readonly string[];
  /**
   * Path → text of every owned file. Same input, same bytes: no clock, no machine paths.
   * TypeScript and JSON may come unformatted; the harness formats them as `npm run format` would.
   */
  render(root: string): Promise<ReadonlyMap<string, string>>;
}
