/** What a step of a workflow may call: made by the manifest tool from `defineAction` calls, checked in, read as data. */

export interface ActionManifest {
  readonly schemaVersion: 1;
  readonly actions: readonly ActionDescription[];
}

export interface ActionDescription {
  readonly id: string;
  readonly summary: string;
  /** What a crash in the middle of it means for a repeat. */
  readonly replay: 'safe' | 'keyed' | 'never';
  /** `path:line` of the definition, relative to its package. */
  readonly source: string;
  /** JSON Schemas (2020-12, closed objects). */
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}
