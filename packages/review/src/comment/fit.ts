/** Fits a page into the size that GitHub takes: whole items are left out, never halves, and the cut is said. */

/** Source: the comment API refuses longer bodies. */
export const MAX_COMMENT_CHARS = 65_536;
/** Left for the marker that `publishReview` puts in front. */
const MARKER_ROOM = 256;
export const MAX_BODY_CHARS = MAX_COMMENT_CHARS - MARKER_ROOM;

export interface Section {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
  /** A list: its items stand on lines of their own, without empty ones between. */
  readonly isList?: boolean;
  /** The items are worth this many characters before earlier sections may take their room. */
  readonly reserve: number;
  /** Said in place of what does not fit. */
  readonly cutNotice: (omitted: number) => string;
}

/** What joins the pieces of a page: an empty line, so that each is a block of its own. */
const GAP = '\n\n';

/** Sections in order; each takes what it needs as long as the reserve of those after it stays free. */
export function fitSections(sections: readonly Section[], limit: number): string {
  const parts: string[] = [];
  let left = limit;
  sections.forEach((section, at) => {
    const kept = sections
      .slice(at + 1)
      .reduce((sum, later) => sum + Math.min(later.reserve, sizeOf(later)), 0);
    const text = fitSection(section, left - kept);
    if (text === '') return;
    parts.push(text);
    left -= text.length + GAP.length;
  });
  return parts.join(GAP);
}

function sizeOf(section: Section): number {
  return textOf(section, section.items).length + GAP.length;
}

/** Empty when not even the frame fits. */
function fitSection(section: Section, room: number): string {
  const whole = textOf(section, section.items);
  if (whole.length + GAP.length <= room) return whole;
  const frame = section.open.length + section.close.length + 4 * GAP.length;
  // The notice is at its longest when all items go.
  let left = room - frame - section.cutNotice(section.items.length).length;
  if (left < 0) return '';
  const shown: string[] = [];
  for (const item of section.items) {
    if (item.length + GAP.length > left) break;
    shown.push(item);
    left -= item.length + GAP.length;
  }
  const notice = section.cutNotice(section.items.length - shown.length);
  return textOf(section, shown, notice);
}

function textOf(section: Section, items: readonly string[], notice = ''): string {
  const body = items.join(section.isList === true ? '\n' : GAP);
  return [section.open, body, notice, section.close].filter((piece) => piece !== '').join(GAP);
}
