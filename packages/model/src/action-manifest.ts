/** What a step of a workflow may call: made by the manifest tool from sources, checked in, read as data. */

export interface ActionManifest {
  readonly schemaVersion: 1;
  readonly actions: readonly ActionDescription[];
}

export interface ActionDescription {
  readonly id: string;
  readonly summary: string;
  /** What a crash in the middle of it means for a repeat. */
  readonly replay: 'safe' | 'keyed' | 'never';
  /** On which it ends when it does not fail, `error` apart; left out, that is `main`. */
  readonly branches?: ActionBranches;
  /** Carried out by the runner itself: it has no code of its own, and a runner may not know it yet. */
  readonly control?: true;
  /** `path:line` of the definition, relative to its package. */
  readonly source: string;
  /** JSON Schemas (2020-12, closed objects). */
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

export interface ActionBranches {
  readonly named: readonly string[];
  /** Input that lists further ones, as texts. */
  readonly from?: string;
}
