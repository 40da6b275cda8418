/**
 * Texts of a configuration are templates: `$${` and `%%{` stand for text, `${…}` and `%{…}` are computed.
 * Source: HCL, template literals; Terraform JSON syntax, where every text is one.
 */

export type Literal =
  | { readonly ok: true; readonly value: unknown }
  /** The first place that is computed, and what stands there. */
  | { readonly ok: false; readonly path: string; readonly expression: string };

const MAX_SHOWN = 80;
const COMPUTED = /(?<![$%])(?:\$\{|%\{)/;

/** @param path of the value, as in `case[0].condition`; how deep it nests is bounded by its document */
export function literalOf(value: unknown, path: string): Literal {
  if (typeof value === 'string') return textOf(value, path);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const read = literalOf(item, `${path}[${index}]`);
      if (!read.ok) return read;
      items.push(read.value);
    }
    return { ok: true, value: items };
  }
  if (typeof value !== 'object' || value === null) return { ok: true, value };
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    // A comment in the JSON form.
    if (key === '//') continue;
    const at = path === '' ? key : `${path}.${key}`;
    const read: Literal =
      key === 'dynamic' ? { ok: false, path: at, expression: 'a dynamic block' } : literalOf(inner, at);
    if (!read.ok) return read;
    entries.push([key, read.value]);
  }
  return { ok: true, value: Object.fromEntries(entries) };
}

function textOf(text: string, path: string): Literal {
  const computed = COMPUTED.exec(text);
  if (computed !== null)
    return { ok: false, path, expression: text.slice(computed.index, computed.index + MAX_SHOWN) };
  return { ok: true, value: text.replaceAll('$${', () => '${').replaceAll('%%{', () => '%{') };
}
