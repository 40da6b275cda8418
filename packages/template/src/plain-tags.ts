/**
 * Templates whose tags are nothing but paths, `{{rule_name}}` or `{{@usr.id}}`: nearly all are. They are read in one
 * pass, since Handlebars took a tenth of the time of a whole check. Whatever else a template holds is left to Handlebars:
 * this reads the same as the parser or not at all, which a property holds it to.
 */

import { PATH_SEGMENTS_MAX } from './data-path.ts';
import { TAGS_MAX, type Template, type TemplateNode } from './template.ts';
import type { TemplatePath } from './template-path.ts';

/** Not the third brace that would make the output raw, or the tag end too late. */
const PLAIN_TAG = /\{\{[ \t]*(@?[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)[ \t]*\}\}(?!\})/y;

/** Words of Handlebars at the start of a part, and names of helpers: they may mean something else. */
const NOT_A_NAME = /(?:^|[@.])(?:else|this|true|false|null|undefined|if|is_|eval|local_|urlencode)/;

/** @returns undefined when it holds anything else than texts and paths */
export function readPlainTags(source: string): Template | undefined {
  const nodes: TemplateNode[] = [];
  const paths: TemplatePath[] = [];
  let textStart = 0;
  const addText = (end: number): void => {
    if (end > textStart) nodes.push({ kind: 'text', text: source.slice(textStart, end) });
  };
  for (let at = source.indexOf('{{'); at !== -1; at = source.indexOf('{{', textStart)) {
    PLAIN_TAG.lastIndex = at;
    const name = PLAIN_TAG.exec(source)?.[1];
    // Behind a backslash braces are text.
    if (name === undefined || NOT_A_NAME.test(name) || source[at - 1] === '\\') return undefined;
    const path = pathAt(source.indexOf(name, at), name);
    if (path.segments.length > PATH_SEGMENTS_MAX || paths.length === TAGS_MAX) return undefined;
    addText(at);
    nodes.push({ kind: 'value', path });
    paths.push(path);
    textStart = PLAIN_TAG.lastIndex;
  }
  addText(source.length);
  return { source, nodes, paths };
}

function pathAt(start: number, text: string): TemplatePath {
  const isAttribute = text.startsWith('@');
  return {
    kind: isAttribute ? 'attribute' : 'variable',
    segments: (isAttribute ? text.slice(1) : text).split('.'),
    text,
    start,
    end: start + text.length,
  };
}
