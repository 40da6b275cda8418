/**
 * Reads the YAML that nearly all content is written in, several times faster than a full parser: block maps and lists,
 * flow maps and lists, words, texts in quotes on one line, and blocks of text. Whatever else a file holds (anchors, tags,
 * directives, tabs outside of blocks, texts in quotes over several lines, empty values, keys after `?`, mistakes of any sort) makes it give
 * up, and the full parser reads the file from its start. It never judges: it reads the same as the full parser or not at
 * all, which a property and all corpora hold it to. Source: YAML 1.2.2; decision 0028.
 */

import type { DataMap } from '../node-reader.ts';
import type { SourceNode } from '../source-node.ts';
import { BUILD_DATA, BUILD_NODES } from './build.ts';
import { isNotPlain } from './not-plain.ts';
import { PlainReader } from './plain-reader.ts';

/** Longer files may meet limits of the full parser that are not counted here. */
const MAX_PLAIN_CHARS = 60_000;

/**
 * @param text without suspicious characters
 * @returns undefined when the file is not plain, whatever the reason
 */
export function readPlainData(text: string): DataMap | undefined {
  if (text.length > MAX_PLAIN_CHARS || text.includes('\r')) return undefined;
  try {
    return new PlainReader(text, BUILD_DATA).readFile() as DataMap;
  } catch (error) {
    if (isNotPlain(error)) return undefined;
    throw error;
  }
}

/**
 * Where the value of one key of the file stands, and all that is in it: a map of no more than that pair.
 *
 * @param text that `readPlainData` reads
 */
export function readPlainPair(text: string, key: string): SourceNode {
  return new PlainReader(text, BUILD_NODES).readPair(key);
}
