/**
 * Where in an HTML text the next value would land. Handlebars' own escaping does not ask: with it,
 * `href="{{url}}"` lets `javascript:` through. Only the author's text moves the place, because an
 * escaped value holds no character that could.
 */

/**
 * - text: between tags
 * - attribute: inside a quoted attribute
 * - attribute-start: at the very start of one, where a URL's scheme would stand
 * - forbidden: a tag's name or an unquoted attribute, a script, style or comment, an `on…` or `style`
 *   attribute: no escaping makes a value safe here
 */
export type HtmlPlace = 'text' | 'attribute' | 'attribute-start' | 'forbidden';

export interface HtmlTracker {
  /** Moves over a piece of the author's text. */
  readonly pass: (text: string) => void;
  /** A value was written: the start of an attribute is behind us. */
  readonly passValue: () => void;
  readonly place: () => HtmlPlace;
}

const RAW_ELEMENT =
  /^(?:script|style|title|textarea|xmp|iframe|noembed|noframes|noscript|plaintext|template|svg|math)$/;
const FORBIDDEN_ATTRIBUTE = /^(?:on.*|style|srcdoc|srcset|http-equiv|content)$/;
const SAFE_SCHEMES = /^(?:https?|mailto):/i;
// oxlint-disable-next-line no-control-regex
const SCHEME = /^[\u0000-\u0020]*[a-z][a-z0-9+.\-\t\r\n]*:/i;

/** Whether a value may begin an attribute: no scheme, or one that only leads to a page or a letter. */
export function isSafeUrlStart(text: string): boolean {
  return !SCHEME.test(text) || SAFE_SCHEMES.test(text);
}

/** Starts between tags. */
export function trackHtml(): HtmlTracker {
  let tail = '';
  let fresh = false;
  return {
    pass: (text) => {
      if (text === '') return;
      tail += text;
      fresh = true;
    },
    passValue: () => {
      // A stand-in that is ordinary text at every place.
      tail += 'x';
      fresh = false;
    },
    place: () => placeAfter(tail, fresh),
  };
}

/** Reads the author's text from the start each time: at most 16 kB and some hundred values. */
function placeAfter(text: string, fresh: boolean): HtmlPlace {
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    if (open === -1) return 'text';
    if (text.startsWith('<!', open) || text.startsWith('<?', open)) {
      const comment = text.startsWith('<!--', open);
      const end = text.indexOf(comment ? '-->' : '>', open + (comment ? 4 : 2));
      if (end === -1) return 'forbidden';
      at = end + (comment ? 3 : 1);
      continue;
    }
    const tag = readTag(text, open);
    if (tag.kind === 'inside') return placeInTag(tag, fresh);
    at = tag.end;
    if (tag.kind === 'closed' && RAW_ELEMENT.test(tag.name)) {
      const end = text.toLowerCase().indexOf(`</${tag.name}`, at);
      if (end === -1) return 'forbidden';
      at = end;
    }
  }
}

type TagReading =
  | { readonly kind: 'closed'; readonly name: string; readonly end: number }
  | { readonly kind: 'not-a-tag'; readonly end: number }
  | {
      readonly kind: 'inside';
      readonly attribute: string;
      readonly quoted: boolean;
      readonly empty: boolean;
    };

const TAG_NAME = /<\/?([a-z][^\s/>]*)/iy;
const ATTRIBUTE = /[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:("[^"]*"?|'[^']*'?)|([^\s"'>][^\s>]*)?))?)?/y;

function readTag(text: string, open: number): TagReading {
  TAG_NAME.lastIndex = open;
  const name = TAG_NAME.exec(text);
  if (name === null) {
    // `<` at the very end could become a tag by what follows.
    return /^<\/?$/.test(text.slice(open)) ? inside('', false, false) : { kind: 'not-a-tag', end: open + 1 };
  }
  let at = TAG_NAME.lastIndex;
  while (at < text.length) {
    if (text[at] === '>') return { kind: 'closed', name: (name[1] ?? '').toLowerCase(), end: at + 1 };
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(text);
    const end = attribute === null ? at : ATTRIBUTE.lastIndex;
    const value = attribute?.[2];
    if (end >= text.length) return insideAttribute(attribute?.[1] ?? '', value);
    at = end === at ? at + 1 : end;
  }
  return inside('', false, false);
}

function insideAttribute(name: string, value: string | undefined): TagReading {
  const quote = value?.charAt(0);
  if (value === undefined || (value.length > 1 && value.endsWith(quote ?? '')))
    return inside('', false, false);
  return inside(name.toLowerCase(), true, value.length === 1);
}

function inside(attribute: string, quoted: boolean, empty: boolean): TagReading {
  return { kind: 'inside', attribute, quoted, empty };
}

function placeInTag(tag: Extract<TagReading, { kind: 'inside' }>, fresh: boolean): HtmlPlace {
  if (!tag.quoted || FORBIDDEN_ATTRIBUTE.test(tag.attribute)) return 'forbidden';
  return tag.empty && fresh ? 'attribute-start' : 'attribute';
}
