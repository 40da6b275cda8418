/**
 * What earlier checks found out, so that the next one looks only at what changed. It never trusts a clock: an answer
 * about a file holds while the digest of its text is the same, and for content while its configuration and the program
 * are. It knows nothing of content; each answer is JSON, and the file that asks for it owns its shape.
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
}

type KeptAnswers = Record<string, unknown>;

/** JSON. */
interface KeptContent {
  /** What all answers depend on. */
  readonly content: string;
  readonly files: Readonly<Record<string, readonly [digest: string, answers: KeptAnswers]>>;
}

export class CheckCache {
  readonly #program: string;
  #content = '';
  #known: ReadonlyMap<string, readonly [digest: string, answers: KeptAnswers]> = new Map();
  /** Those that this check asked about; the others are gone. */
  #used = new Map<string, KeptFile>();
  #counts = new Counts();
  #hasChanged = false;

  /** @param program what tells one build of this program from another: its answers may differ */
  constructor(program: string) {
    this.#program = program;
  }

  /** @param text as `toText` gave it; what is broken, or of another program, gives an empty cache */
  static fromText(text: string, program: string): CheckCache {
    const cache = new CheckCache(program);
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (end === -1 || text.slice(0, end) !== headOf(program, body)) return cache;
    const { content, files } = JSON.parse(body) as KeptContent;
    cache.#content = content;
    cache.#known = new Map(Object.entries(files));
    return cache;
  }

  /** @returns undefined when all answers of the last check were known: then there is nothing to write */
  toText(): string | undefined {
    if (!this.#hasChanged) return undefined;
    const kept: KeptContent = { content: this.#content, files: Object.fromEntries(this.#known) };
    const body = JSON.stringify(kept);
    return `${headOf(this.#program, body)}\n${body}`;
  }

  /** Of the last check. */
  get counts(): CacheCounts {
    return this.#counts;
  }

  /** @param content what all answers depend on, such as the configuration: none of another one is used */
  begin(content: string): void {
    this.#hasChanged = content !== this.#content;
    if (this.#hasChanged) this.#known = new Map();
    this.#content = content;
    this.#counts = new Counts();
    this.#used = new Map();
  }

  of(file: string, text: string): FileAnswers {
    const digest = digestOf(text);
    const known = this.#known.get(file);
    const kept = new KeptFile(digest, known?.[0] === digest ? known[1] : {}, this.#counts);
    this.#used.set(file, kept);
    return kept;
  }

  /** Forgets what the check did not ask for. */
  end(): void {
    if (this.#counts.misses > 0 || this.#known.size !== this.#used.size) this.#hasChanged = true;
    this.#known = new Map([...this.#used].map(([file, { digest, used }]) => [file, [digest, used]]));
  }
}

class Counts implements CacheCounts {
  hits = 0;
  misses = 0;
}

class KeptFile implements FileAnswers {
  readonly digest: string;
  /** Those that the check asked for. */
  readonly used: KeptAnswers = {};
  readonly #known: KeptAnswers;
  readonly #counts: Counts;

  constructor(digest: string, known: KeptAnswers, counts: Counts) {
    this.digest = digest;
    this.#known = known;
    this.#counts = counts;
  }

  answer<T>(question: string, find: () => T, isStillTrue: (answer: T) => boolean = () => true): T {
    const known = this.#known[question] as T | undefined;
    if (known !== undefined && isStillTrue(known)) {
      this.#counts.hits += 1;
      this.used[question] = known;
      return known;
    }
    this.#counts.misses += 1;
    const answer = find();
    this.used[question] = answer;
    return answer;
  }
}

function headOf(program: string, body: string): string {
  // Against a disk that lost a part of it; who may write here may also run programs as us.
  return JSON.stringify([program, crc32(body)]);
}

/** 192 bits of SHA-512, which is faster than SHA-256 where no processor helps. */
export function digestOf(text: string): string {
  return hash('sha512', text, 'base64url').slice(0, 32);
}
