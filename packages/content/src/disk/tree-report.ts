/** What can be wrong with files and folders before anything in them is read. */

import type { Diagnostic } from '@signalwright/model';
import { diagnostic, quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { MAX_FILE_BYTES } from '../parse/decode-utf8.ts';
import { suspiciousCharacters } from '../parse/guard-text.ts';
import { sourceText, startOfFile } from '../source-text.ts';

export class TreeReport {
  readonly diagnostics: Diagnostic[] = [];
  /** Set once a limit of the whole tree is met: nothing further is read. */
  hasTooMany = false;

  /** A name may lie to a reviewer like any other text; no line break or tab stands in one that somebody meant. */
  hasHiddenName(name: string): boolean {
    const hidden = suspiciousCharacters(name.replaceAll(/[\t\r\n]/g, '\u0085')).next().value;
    if (hidden === undefined) return false;
    const message = `The name of this file holds ${hidden.name}.`;
    this.diagnostics.push(diagnostic(hidden.code, startOfFile(name), message, { hint: 'Rename it.' }));
    return true;
  }

  notUtf8(name: string, bytes: Uint8Array, offset: number): void {
    const good = new TextDecoder().decode(bytes.subarray(0, offset));
    const byte = `0x${(bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
    const range = sourceText(name, good).rangeAt(good.length, good.length);
    this.diagnostics.push(
      diagnostic('text/not-utf8', range, `The byte ${byte} (number ${offset}) is not UTF-8.`, {
        hint: 'Save the file as UTF-8.',
      }),
    );
  }

  outside(name: string): void {
    this.#add('file/outside-root', name, 'The link leads out of the content folder.', {
      hint: 'Put the file itself here; nothing outside the folder is read.',
    });
  }

  hardLink(name: string): void {
    this.#add('file/hard-link', name, 'This file has another name outside the content folder.', {
      hint: 'Whoever changes it there changes it here; put a copy here.',
    });
  }

  notAFile(name: string): void {
    this.#add('file/not-a-file', name, 'This is not a regular file.');
  }

  notAFolder(name: string): void {
    this.#add('file/not-a-file', name, 'This is not a folder.');
  }

  wrongCase(name: string, expected: string): void {
    this.#add('file/wrong-case', name, `${quoted(name)} is not read: it should be ${quoted(expected)}.`, {
      hint: 'Rename it: some machines tell capitals from small letters, others do not.',
    });
  }

  notRead(name: string, expected: readonly string[]): void {
    const [entry = ''] = name.split('/').slice(-1);
    const folders = expected.map((each) => `rules/${each}/`).join(', ');
    this.#add('file/not-read', name, `${quoted(name)} is not read: it stands in the folder of no kind.`, {
      hint: didYouMean(entry, expected) ?? `Rules stand in ${folders}.`,
    });
  }

  tooLarge(name: string, bytes: number): void {
    const message = `The file has ${bytes} bytes; at most ${MAX_FILE_BYTES} are read.`;
    this.#add('file/too-large', name, message, { hint: 'One file holds one object.' });
  }

  tooMany(name: string, why: string): void {
    if (this.hasTooMany) return;
    this.hasTooMany = true;
    this.#add('file/too-many', name, `Reading stopped here: ${why}.`);
  }

  unreadable(name: string, error: unknown): void {
    const code = String((error as { readonly code?: unknown }).code ?? 'unknown error');
    this.#add('file/unreadable', name, `The file or folder cannot be read (${code}).`, { hint: HINTS[code] });
  }

  #add(
    code: Diagnostic['code'],
    name: string,
    message: string,
    details: Parameters<typeof diagnostic>[3] = {},
  ): void {
    this.diagnostics.push(diagnostic(code, startOfFile(name), message, details));
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'It does not exist.',
  EACCES: 'This user may not read it.',
  EPERM: 'This user may not read it.',
  ELOOP: 'Links lead in a circle.',
  ENOTDIR: 'A part of its path is a file.',
};
