/** Reads what Terraform has: states, what it shows of them, and configurations in both of its forms. */

import {
  listResources,
  readHcl,
  type ImportSource,
  type RefusedPayload,
  type TerraformDocument,
} from '@signalwright/content';
import type { Kind } from '@signalwright/model';
import { payloadOfResource } from '@signalwright/wire';
import { parseJson, readTexts, type FoundSources, type TextTaker } from './import-sources.ts';
import type { World } from './world.ts';

/** Of a folder. A state backup would bring in the same objects as they were before. */
const ENDINGS = ['.tf', '.tf.json', '.tfstate'];
/** A configuration is written by people. */
const MAX_HCL_CHARACTERS = 16 * 1024 * 1024;
const MAX_TYPES_TOLD = 10;

/**
 * @param kind only this one
 * @throws what the system says of a path that cannot be read
 */
export async function readTerraform(
  paths: readonly string[],
  kind: Kind | undefined,
  world: World,
): Promise<FoundSources> {
  const read = new TerraformSources(kind);
  await readTexts(paths, ENDINGS, world, read);
  return read.result();
}

class TerraformSources implements TextTaker {
  readonly #kind: Kind | undefined;
  readonly #sources: ImportSource[] = [];
  readonly #refused: RefusedPayload[] = [];
  readonly #others = new Map<string, number>();
  #withoutId = 0;
  #secrets = 0;

  constructor(kind: Kind | undefined) {
    this.#kind = kind;
  }

  refuse(where: string, reason: string): void {
    this.#refused.push({ where, name: '', reason });
  }

  add(text: string, where: string): void {
    if (!isJson(text, where)) return this.#configuration(text, where);
    const parsed = parseJson(text);
    if (typeof parsed === 'string') return this.refuse(where, parsed);
    const inner = contentOfAnswer(parsed.value);
    if (inner !== undefined) return this.#configuration(inner, where);
    const document = listResources(parsed.value);
    if (typeof document === 'string') this.refuse(where, document);
    else this.#take(document, where);
  }

  #configuration(text: string, where: string): void {
    const parsed =
      text.length > MAX_HCL_CHARACTERS
        ? `It is longer than ${MAX_HCL_CHARACTERS} characters: import the state instead.`
        : readHcl(text);
    if (typeof parsed === 'string') return this.refuse(where, `It cannot be read as Terraform. ${parsed}`);
    const document = listResources(parsed.value);
    // Of a folder of configurations, not each file has a resource.
    if (typeof document !== 'string') this.#take(document, where);
  }

  #take(document: TerraformDocument, where: string): void {
    for (const { address, reason } of document.refused) this.refuse(`${where} ${address}`, reason);
    for (const [type, count] of document.others)
      this.#others.set(type, (this.#others.get(type) ?? 0) + count);
    for (const { address, type, attributes, id } of document.found) {
      const made = payloadOfResource(type, attributes, id);
      if (!made.ok) this.refuse(`${where} ${address}`, made.reason);
      else if (this.#kind === undefined || made.kind === this.#kind) {
        this.#sources.push({ payload: made.payload, kind: made.kind, where: `${where} ${address}` });
        if (id === undefined) this.#withoutId += 1;
        const { webhook_secret: secret = null } = attributes;
        if (secret !== null && secret !== '') this.#secrets += 1;
      }
    }
  }

  result(): FoundSources {
    return { sources: this.#sources, refused: this.#refused, remarks: this.#remarks() };
  }

  #remarks(): readonly string[] {
    const types = [...this.#others].toSorted(([, a], [, b]) => b - a);
    const count = types.reduce((sum, [, each]) => sum + each, 0);
    const shown = types.slice(0, MAX_TYPES_TOLD).map(([type, each]) => `${type} ${each}`);
    const more = types.length - shown.length;
    return [
      ...(count > 0
        ? [
            `Resources that content has nothing for, left to Terraform: ${count} (${shown.join(', ')}${more > 0 ? `, and ${more} more types` : ''}).`,
          ]
        : []),
      ...(this.#secrets > 0
        ? [`The webhook_secret of ${this.#secrets} stays out of content, as every secret does.`]
        : []),
      ...(this.#withoutId > 0
        ? [
            `A configuration does not know which remote objects it made: an apply would make ${this.#withoutId} anew. Import the state (terraform show -json), or from the org, to take them over.`,
          ]
        : []),
    ];
  }
}

function isJson(text: string, where: string): boolean {
  return !where.endsWith('.tf') && (where.endsWith('.json') || /^\uFEFF?\s*[{[]/.test(text));
}

/** An answer of the API that converts an object holds its configuration as text. */
function contentOfAnswer(value: unknown): string | undefined {
  const content = fieldOf(value, 'terraformContent') ?? fieldOf(value, 'data', 'attributes', 'output');
  return typeof content === 'string' ? content : undefined;
}

function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}
