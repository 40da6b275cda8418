/**
 * What earlier checks found out, so that the next one looks only at what changed. It never trusts a clock: an answer
 * about a file holds while the digest of its text is the same, and for content while its configuration and the program
 * are. It knows nothing of content; each answer is JSON, and the file that asks for it owns its shape.
 *
 * As text it is a line that says for what it holds, and then a line for each file. Of several lines of one file the last
 * one counts, so that what changed is added behind them.
 */

import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The answers about one file. */
export interface FileAnswers {
  /** Of the text of the file; empty where nothing is kept. */
  readonly digest: string;
  /**
   * The answer that was kept, else the one that is found now.
   *
   * @param isStillTrue whether what the answer was made of besides the file is the same
   */
  answer<T>(question: string, find: () => T, isStillTrue?: (answer: T) => boolean): T;
}

export const NOTHING_KEPT: FileAnswers = { digest: '', answer: (_question, find) => find() };

export interface CacheCounts {
  /** Answers that an earlier check had. */
  readonly hits: number;
  /** Answers that had to be found. */
  readonly misses: number;
  /** Files about which one had to be found. */
  readonly filesLookedAt: number;
}

/** How to bring the text that was read up to date. All of it is ASCII. */
export type CacheUpdate =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'append'; readonly text: string }
  | { readonly kind: 'replace'; readonly text: string };

/** A line for each file, and as many that no longer count: then it is written anew. */
const MAX_LINES_OF_FILE = 2;

export class CheckCache {
  readonly #program: string;
  #head = '';
  #lines = new Map<string, string>();
  /** Lines of the text, those that no longer count as well. */
  #written = 0;
  #asked = new Map<string, KeptFile>();
  /** Files whose lines the text lacks. */
  #unsaved = new Set<string>();
  /** Whether the text is of other content. */
  #isOther = true;
  /** Whether the last check has not been taken over yet. */
  #isOpen = false;

  /** @param program what tells one build of this program from another: its answers may differ */
  constructor(program: string) {
    this.#program = program;
  }

  /** @param text as `update` gave it; what is broken in it is left out, and all of another program */
  static fromText(text: string, program: string): CheckCache {
    const cache = new CheckCache(program);
    const lines = text.split('\n');
    const isCutOff = lines.pop() !== '';
    cache.#head = lines.shift() ?? '';
    cache.#isOther = false;
    for (const line of lines) {
      const file = fileOf(line);
      if (file !== undefined) cache.#lines.set(file, line);
    }
    // Nothing can be added behind half a line.
    cache.#written = isCutOff ? Number.POSITIVE_INFINITY : lines.length;
    return cache;
  }

  /** Of the last check. */
  get counts(): CacheCounts {
    const all = [...this.#asked.values()];
    return {
      hits: all.reduce((sum, { hits }) => sum + hits, 0),
      misses: all.reduce((sum, { misses }) => sum + misses, 0),
      filesLookedAt: all.filter(({ misses }) => misses > 0).length,
    };
  }

  /** @param content what all answers depend on, such as the configuration: none of another one is used */
  begin(content: string): void {
    this.#adopt();
    const head = withSum(JSON.stringify([this.#program, content]));
    if (head !== this.#head) {
      this.#isOther = true;
      this.#lines = new Map();
      this.#unsaved = new Set();
    }
    this.#head = head;
    this.#asked = new Map();
    this.#isOpen = true;
  }

  of(file: string, text: string): FileAnswers {
    const digest = digestOf(text);
    const kept = new KeptFile(digest, answersIn(this.#lines.get(file), digest));
    this.#asked.set(file, kept);
    return kept;
  }

  /** What the text lacks, taken for written from then on. */
  update(): CacheUpdate {
    this.#adopt();
    const unsaved = [...this.#unsaved];
    this.#unsaved = new Set();
    const mayAppend = this.#written + unsaved.length <= this.#asked.size * MAX_LINES_OF_FILE;
    if (!this.#isOther && (unsaved.length === 0 || mayAppend)) {
      this.#written += unsaved.length;
      const text = unsaved.map((file) => `${this.#lines.get(file)}\n`).join('');
      return unsaved.length === 0 ? { kind: 'nothing' } : { kind: 'append', text };
    }
    this.#isOther = false;
    // What the last check did not ask about is gone.
    this.#lines = new Map([...this.#lines].filter(([file]) => this.#asked.has(file)));
    this.#written = this.#lines.size;
    return { kind: 'replace', text: `${[this.#head, ...this.#lines.values()].join('\n')}\n` };
  }

  /** Takes over what the last check found out. */
  #adopt(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const [file, kept] of this.#asked) {
      if (kept.misses === 0) continue;
      this.#lines.set(file, lineOf(file, kept));
      this.#unsaved.add(file);
    }
  }
}

class KeptFile implements FileAnswers {
  readonly digest: string;
  readonly answers: Record<string, unknown>;
  hits = 0;
  misses = 0;

  constructor(digest: string, answers: Record<string, unknown>) {
    this.digest = digest;
    this.answers = answers;
  }

  answer<T>(question: string, find: () => T, isStillTrue: (answer: T) => boolean = () => true): T {
    const known = this.answers[question] as T | undefined;
    if (known !== undefined && isStillTrue(known)) {
      this.hits += 1;
      return known;
    }
    this.misses += 1;
    const answer = find();
    this.answers[question] = answer;
    return answer;
  }
}

const SUM_LENGTH = 8;
const DIGEST_LENGTH = 32;

/** Sum, digest, path and answers, the first two of a known length: most of a line is never looked at before it is needed. */
function lineOf(file: string, { digest, answers }: KeptFile): string {
  return withSum(`${digest}${JSON.stringify(file)}\t${JSON.stringify(answers)}`);
}

/** @returns undefined when it is no such line; whether it is whole is looked at when it is needed */
function fileOf(line: string): string | undefined {
  const quoted = line.slice(SUM_LENGTH + DIGEST_LENGTH, Math.max(0, line.indexOf('\t')));
  if (!/^"[^"\\]*"$/.test(quoted))
    return hasSum(line) && quoted !== '' ? (JSON.parse(quoted) as string) : undefined;
  return quoted.slice(1, -1);
}

/** None when the line is of another text, or broken. */
function answersIn(line: string | undefined, digest: string): Record<string, unknown> {
  if (line === undefined || !line.startsWith(digest, SUM_LENGTH) || !hasSum(line)) return {};
  return JSON.parse(line.slice(line.indexOf('\t') + 1)) as Record<string, unknown>;
}

/** Against a disk that lost a part of it; who may write here may also run programs as us. */
function withSum(text: string): string {
  const ascii = text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return sumOf(ascii) + ascii;
}

function hasSum(line: string): boolean {
  return line.startsWith(sumOf(line.slice(SUM_LENGTH)));
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(SUM_LENGTH, '0');
}

/** 192 bits of SHA-512, which is faster than SHA-256 where no processor helps. */
export function digestOf(text: string): string {
  return hash('sha512', text, 'base64url').slice(0, DIGEST_LENGTH);
}
