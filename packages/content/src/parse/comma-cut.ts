/** Texts in brackets that end at a comma their author took for a part of them: `{ query: a,b }` has the keys query and b. */

import type { Diagnostic } from '@signalwright/model';
import { isScalar, type Scalar, type YAMLMap } from 'yaml';
import { diagnostic, quoted } from '../diagnostic.ts';
import type { SourceText } from '../source-text.ts';

interface Pair {
  readonly key: unknown;
  readonly value: unknown;
}

interface CommaCuts {
  /** One for each text that was cut off. */
  readonly found: readonly Diagnostic[];
  /** Keys without a colon that stand behind such a text. */
  readonly cutOff: ReadonlySet<Pair>;
}

export function commaCuts(source: SourceText, map: YAMLMap): CommaCuts {
  const found: Diagnostic[] = [];
  const cutOff = new Set<Pair>();
  const items: readonly Pair[] = map.flow === true ? map.items : [];
  items.forEach(({ key, value }, index) => {
    if (!isScalar(key) || !isPlainText(value)) return;
    let last: PlainText | undefined;
    for (let at = index + 1; at < items.length; at += 1) {
      const next = items[at];
      // A key with a colon has a node of its own for the value that it lacks.
      if (next?.value !== null || !isPlainText(next.key)) break;
      cutOff.add(next);
      last = next.key;
    }
    if (last !== undefined) found.push(cutDiagnostic(source, key, value, last));
  });
  return { found, cutOff };
}

type PlainText = Scalar<string> & { readonly range: readonly [number, number, number] };

function isPlainText(node: unknown): node is PlainText {
  return isScalar(node) && node.type === 'PLAIN' && typeof node.value === 'string';
}

function cutDiagnostic(source: SourceText, key: Scalar, value: PlainText, last: PlainText): Diagnostic {
  const [start, end] = value.range;
  const written = source.text.slice(start, last.range[1]);
  const range = source.rangeAt(end + source.text.slice(end, last.range[0]).indexOf(','), last.range[1]);
  const text = `'${written.replaceAll("'", "''")}'`;
  // With a blank behind the comma it may be a key that lacks its value.
  const isCertain = !/[\s#]/.test(written.slice(end - start));
  const edit = { range: source.rangeAt(start, last.range[1]), text };
  return diagnostic('yaml/comma-cuts-text', range, `The comma ends the text of ${quoted(key.value)}.`, {
    hint: `If the rest belongs to it, write ${written.length > MAX_HINT ? 'single quotes around all of it' : text.replace(/\s+/g, ' ')}; if it is a key, give it a value.`,
    ...(isCertain && { fix: { title: 'Quote it', edits: [edit] } }),
  });
}

const MAX_HINT = 80;
