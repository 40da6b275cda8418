/** Places in a file whose texts were replaced on the way: offsets of the new text lead back to the written one. */

import type { ContentPath, Origin } from '@signalwright/model';

/** Half-open, in UTF-16 units: `start` to `end` of the new text stands for `writtenStart` to `writtenEnd`. */
export interface ReplacedSpan {
  readonly start: number;
  readonly end: number;
  readonly writtenStart: number;
  readonly writtenEnd: number;
}

export function pathKey(path: ContentPath): string {
  return JSON.stringify(path);
}

/** @param spans of each replaced text, in order, by `pathKey` */
export function mappedOrigin(origin: Origin, spans: ReadonlyMap<string, readonly ReplacedSpan[]>): Origin {
  return {
    file: origin.file,
    rangeOf: (path) => origin.rangeOf(path),
    keyRangeOf: (path) => origin.keyRangeOf(path),
    rangeInScalar: (path, start, end) => {
      const replaced = spans.get(pathKey(path)) ?? [];
      const from = written(replaced, start, 'start');
      // An empty range stays empty, and what lies inside a replaced text is shown as all of it.
      const to = end > start ? written(replaced, end, 'end') : from;
      return origin.rangeInScalar(path, from, to);
    },
  };
}

function written(spans: readonly ReplacedSpan[], offset: number, edge: 'start' | 'end'): number {
  let shift = 0;
  for (const span of spans) {
    if (edge === 'start' ? offset < span.start : offset <= span.start) break;
    if (edge === 'start' ? offset < span.end : offset <= span.end) {
      return edge === 'start' ? span.writtenStart : span.writtenEnd;
    }
    shift = span.writtenEnd - span.end;
  }
  return offset + shift;
}
