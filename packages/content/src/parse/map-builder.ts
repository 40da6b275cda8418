/** Builds the map from the text of a scalar to its places in the file. */

export interface ScalarMap {
  readonly text: string;
  /** Offset in the file of UTF-16 unit `i` of the text; one more entry than the text has units. */
  readonly starts: readonly number[];
  /** Offset behind the last character that makes unit `i`. */
  readonly ends: readonly number[];
}

export class MapBuilder {
  readonly #units: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** `text` as a whole comes from the characters `start` to `end`. */
  add(text: string, start: number, end: number): void {
    for (const unit of text.split('')) {
      this.#units.push(unit);
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Each character stands for itself. */
  copy(source: string, start: number, end: number): void {
    for (let at = start; at < end; at += 1) this.add(source.charAt(at), at, at + 1);
  }

  finish(end: number): ScalarMap {
    return {
      text: this.#units.join(''),
      starts: [...this.#starts, this.#ends.at(-1) ?? end],
      ends: this.#ends,
    };
  }
}

export interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
}

/** The lines between two offsets; `\r\n` and `\n` end them. */
export function linesOf(source: string, start: number, end: number): readonly Line[] {
  const lines: Line[] = [];
  let at = start;
  for (let feed = source.indexOf('\n', at); feed !== -1 && feed < end; feed = source.indexOf('\n', at)) {
    lines.push({ start: at, end: source[feed - 1] === '\r' && feed > at ? feed - 1 : feed });
    at = feed + 1;
  }
  lines.push({ start: at, end });
  return lines;
}
