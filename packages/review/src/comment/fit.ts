/** Fits a page into the size that GitHub takes: whole items are left out, never halves, and the cut is said. */

export interface Section {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
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
  return piecesOf(section, section.items).reduce((sum, piece) => sum + piece.length + GAP.length, 0);
}

/** Empty when not even the frame fits. */
function fitSection(section: Section, room: number): string {
  if (sizeOf(section) <= room) return piecesOf(section, section.items).join(GAP);
  const frame = section.open.length + section.close.length + 3 * GAP.length;
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
  return piecesOf(section, [...shown, notice]).join(GAP);
}

function piecesOf(section: Section, items: readonly string[]): readonly string[] {
  return [section.open, ...items, section.close].filter((piece) => piece !== '');
}
