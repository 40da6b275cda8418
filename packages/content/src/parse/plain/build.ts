/** What the reader of plain YAML makes of a file: its data, or where they stand. The second is seldom asked for. */

import type { Data, DataMap } from '../node-reader.ts';
import type { ScalarStyle } from '../scalar-map.ts';
import type { SourceNode, SourcePair } from '../source-node.ts';
import { notPlain } from './not-plain.ts';

export interface Build<Value, Map> {
  scalar(value: string | number | boolean, start: number, end: number, style: ScalarStyle): Value;
  list(items: Value[], start: number, end: number): Value;
  openMap(): Map;
  addPair(map: Map, key: PlainKey, value: Value): void;
  closeMap(map: Map, start: number, end: number): Value;
}

export interface PlainKey {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly style: ScalarStyle;
}

type OpenData = Record<string, Data>;

/** A key that is written twice is for the full parser to point at. */
export const BUILD_DATA: Build<Data, OpenData> = {
  scalar: (value) => value,
  list: (items) => items,
  openMap: () => Object.create(null) as OpenData,
  addPair: (map, { name }, value) => {
    if (map[name] !== undefined) notPlain();
    map[name] = value;
  },
  closeMap: (map) => map as DataMap,
};

export const BUILD_NODES: Build<SourceNode, SourcePair[]> = {
  scalar: (value, start, end, style) => ({ kind: 'scalar', start, end, style, value }),
  list: (items, start, end) => ({ kind: 'list', start, end, items }),
  openMap: () => [],
  addPair: (map, { name, start, end, style }, value) => {
    map.push({ key: { kind: 'scalar', start, end, style, value: name }, value });
  },
  closeMap: (pairs, start, end) => ({ kind: 'map', start, end, pairs }),
};
