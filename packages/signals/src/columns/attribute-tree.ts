/**
 * The places where attributes of documents lead to values, as queries name them: keys joined by dots, lists standing
 * for their elements. A document is walked beside the tree, so that no path has to be written out to be looked up.
 */

import type { Attributes, Scalar } from '@signalwright/model';

/** Chosen: paths of one document that are looked at. */
export const MAX_DOCUMENT_PATHS = 256;
/** Chosen: nodes of the tree, those between included. What an attacker invents must not fill the memory. */
const MAX_TREE_NODES = 4_096;
/** As deep as queries look. */
const MAX_NESTING = 256;

/** One path that leads to values in some document. */
export class Leaf<Column> {
  readonly path: string;
  readonly column: Column;
  /** The document that was walked last and has something here. */
  document = 0;
  /** Its one plain value; undefined where a list or a key with dots has a part in it, so that a reader must say. */
  value: Scalar | undefined;

  constructor(path: string, column: Column) {
    this.path = path;
    this.column = column;
  }
}

interface Node<Column> {
  readonly path: string;
  readonly children: Map<string, Node<Column>>;
  leaf: Leaf<Column> | undefined;
}

/** Whether something of the walked document is not in its leaves. */
export type Walked = 'whole' | 'partial' | 'stopped';

export class AttributeTree<Column> {
  /** Each leaf that there is; those of the last document have its number. */
  readonly leaves: Leaf<Column>[] = [];
  /** Number of the document that was walked last. */
  document = 0;
  readonly #columnOf: (path: string) => Column | undefined;
  readonly #root: Node<Column> = { path: '', children: new Map(), leaf: undefined };
  #nodes = 0;
  #paths = 0;
  #hasOthers = false;
  #isPosing = false;

  /** @param columnOf makes the column of a path that is met for the first time; undefined when there are enough */
  constructor(columnOf: (path: string) => Column | undefined) {
    this.#columnOf = columnOf;
  }

  /** Whether the last document has a key with dots that leads to where one of its first keys does: a pose. */
  get isPosing(): boolean {
    return this.#isPosing;
  }

  /**
   * Notes in each leaf what the document has there.
   *
   * @param first keys that are looked at before all others, so that no attribute of an event can crowd them out
   * @returns `partial` when the document has values without a leaf, `stopped` when leaves may have been missed too
   */
  walk(attributes: Attributes, first: readonly string[]): Walked {
    this.document += 1;
    this.#paths = 0;
    this.#hasOthers = false;
    this.#isPosing = false;
    for (const key of first) {
      if (Object.hasOwn(attributes, key)) this.#visitKey(attributes, key, this.#root, true, 0);
    }
    for (const key of Object.keys(attributes)) {
      if (first.includes(key)) continue;
      if (key.includes('.') && first.includes(key.slice(0, key.indexOf('.')))) this.#isPosing = true;
      if (!this.#visitKey(attributes, key, this.#root, true, 0)) return 'stopped';
    }
    return this.#hasOthers ? 'partial' : 'whole';
  }

  /** @returns false when it stopped at a limit */
  #visit(value: unknown, node: Node<Column> | undefined, isPlain: boolean, depth: number): boolean {
    if (value === null || value === undefined) return true;
    if (typeof value !== 'object') return this.#see(value as Scalar, node, isPlain);
    if (depth >= MAX_NESTING) return false;
    if (Array.isArray(value)) return value.every((item) => this.#visit(item, node, false, depth + 1));
    for (const key of Object.keys(value)) {
      if (!this.#visitKey(value as Attributes, key, node, isPlain, depth + 1)) return false;
    }
    return true;
  }

  #visitKey(
    parent: Attributes,
    key: string,
    node: Node<Column> | undefined,
    isPlain: boolean,
    depth: number,
  ): boolean {
    if (!key.includes('.')) return this.#visit(parent[key], this.#childOf(node, key), isPlain, depth);
    const parts = key.split('.');
    let child = parts.length > MAX_NESTING ? undefined : node;
    for (const part of parts) child = this.#childOf(child, part);
    return this.#visit(parent[key], child, false, depth);
  }

  #childOf(node: Node<Column> | undefined, key: string): Node<Column> | undefined {
    const known = node?.children.get(key);
    if (known !== undefined || node === undefined || this.#nodes >= MAX_TREE_NODES) return known;
    this.#nodes += 1;
    const path = node === this.#root ? key : `${node.path}.${key}`;
    const added: Node<Column> = { path, children: new Map(), leaf: undefined };
    node.children.set(key, added);
    return added;
  }

  #see(value: Scalar, node: Node<Column> | undefined, isPlain: boolean): boolean {
    const leaf = node?.leaf ?? this.#addLeaf(node);
    if (leaf?.document === this.document) {
      leaf.value = undefined;
      return true;
    }
    if (this.#paths >= MAX_DOCUMENT_PATHS) return false;
    this.#paths += 1;
    if (leaf === undefined) {
      this.#hasOthers = true;
      return true;
    }
    leaf.document = this.document;
    leaf.value = isPlain ? value : undefined;
    return true;
  }

  #addLeaf(node: Node<Column> | undefined): Leaf<Column> | undefined {
    const column = node && this.#columnOf(node.path);
    if (node === undefined || column === undefined) return undefined;
    node.leaf = new Leaf(node.path, column);
    this.leaves.push(node.leaf);
    return node.leaf;
  }
}
