/**
 * The Markdown of a rendered signal message as plain data: paragraphs, lists, headings, code, bold and emphasis. Links,
 * images and HTML are text as they are written: their addresses may come from an attacker. Values in it were made inert
 * by character references (`inertMarkdown`), which are the letters that they stand for.
 */

export type Block =
  | { readonly kind: 'paragraph'; readonly lines: readonly string[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly lines: readonly string[] };

export interface Span {
  readonly kind: 'text' | 'code' | 'strong' | 'emphasis';
  readonly text: string;
}

/** A block that is being read. */
type Open =
  | { readonly kind: 'paragraph' | 'code'; readonly lines: string[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: string[] };

export function readMarkdown(markdown: string): readonly Block[] {
  const blocks: Open[] = [];
  let fence: string[] | undefined;
  for (const line of withoutWireMarkers(markdown).split(/\r?\n/)) {
    if (line.trimStart().startsWith('```')) {
      if (fence === undefined) blocks.push({ kind: 'code', lines: (fence = []) });
      else fence = undefined;
    } else if (fence !== undefined) fence.push(line);
    else addLine(blocks, line);
  }
  return blocks.filter((block) => block.kind !== 'paragraph' || block.lines.length > 0) as readonly Block[];
}

/** On the wire a message stands between `%%%` lines. Source: recorded signals. */
function withoutWireMarkers(text: string): string {
  return text.replace(/^%%%\s*\n/, '').replace(/\n%%%\s*$/, '');
}

function addLine(blocks: Open[], line: string): void {
  const last = blocks.at(-1);
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  const item = /^\s*(?:(\d{1,9})[.)]|[-*+])\s+(.*)$/.exec(line);
  if (line.trim() === '') blocks.push({ kind: 'paragraph', lines: [] });
  else if (heading !== null) blocks.push({ kind: 'heading', text: heading[1] ?? '' });
  else if (item !== null) addItem(blocks, item[1] !== undefined, item[2] ?? '');
  else if (last?.kind === 'list' && /^\s+/.test(line))
    last.items.push(`${last.items.pop() ?? ''} ${line.trim()}`);
  else if (last?.kind === 'paragraph') last.lines.push(line);
  else blocks.push({ kind: 'paragraph', lines: [line] });
}

function addItem(blocks: Open[], ordered: boolean, text: string): void {
  const last = blocks.at(-1);
  if (last?.kind === 'list' && last.ordered === ordered) last.items.push(text);
  else blocks.push({ kind: 'list', ordered, items: [text] });
}

const TOKEN =
  /\\([!-/:-@[-`{-~])|(&#\d{1,7};)|`([^`]+)`|\*\*((?:[^*\\]|\\.)+)\*\*|\*((?:[^*\\\s]|\\.)(?:[^*\\]|\\.)*)\*/g;

/** One pass from the left; what opens and never closes stays as written. Neighbours are of different kinds. */
export function readSpans(text: string): readonly Span[] {
  const spans: { kind: Span['kind']; text: string }[] = [];
  const add = (kind: Span['kind'], more: string): void => {
    const last = spans.at(-1);
    if (last?.kind === kind) last.text += more;
    else if (more !== '') spans.push({ kind, text: more });
  };
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    add('text', text.slice(from, match.index));
    const [whole, escaped, reference, code, bold, emphasis] = match;
    if (escaped !== undefined) add('text', escaped);
    else if (reference !== undefined) add('text', letterOf(reference));
    else if (code !== undefined) add('code', code);
    else if (bold !== undefined) add('strong', plain(bold));
    else if (emphasis !== undefined) add('emphasis', plain(emphasis));
    from = match.index + whole.length;
  }
  add('text', text.slice(from));
  return spans;
}

function plain(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(/&#\d{1,7};/g, letterOf);
}

const ZERO_WIDTH_SPACE = 0x200b;

/** The zero-width space keeps other readers from finding a mention or an address; here nobody looks for one. */
function letterOf(reference: string): string {
  const code = Number(reference.slice(2, -1));
  if (code === ZERO_WIDTH_SPACE) return '';
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : reference;
}
