/** A GitHub Actions file as plain data, with the line of each part. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { compareText } from './finding.ts';
import { isObject } from './manifest.ts';

export interface WorkflowFile {
  /** From the repository root. */
  readonly path: string;
  readonly text: string;
  /** First parse error; the rest is empty then. */
  readonly error: string | undefined;
  /** Names of the events that start it. */
  readonly triggers: readonly string[];
  readonly root: Readonly<Record<string, unknown>>;
  readonly jobs: readonly WorkflowJob[];
  /** The line, from 1, of the value at `path`, or of its nearest parent that is there. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

export interface WorkflowJob {
  readonly name: string;
  readonly job: Readonly<Record<string, unknown>>;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
}

/** Workflows that run here, and examples that users copy: both are judged alike. */
const FOLDERS = ['.github/workflows', '.github/examples'];

export function readWorkflowFiles(root: string): WorkflowFile[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => /\.ya?ml$/.test(path))
    .toSorted(compareText)
    .map((path) => parseWorkflow(path, readFileSync(join(root, path), 'utf8')));
}

export function parseWorkflow(path: string, text: string): WorkflowFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, maxAliasCount: 0 } as object);
  const parsed: unknown = document.errors.length === 0 ? document.toJS({ maxAliasCount: 0 }) : {};
  const root = isObject(parsed) ? parsed : {};
  const jobs = isObject(root['jobs']) ? root['jobs'] : {};
  return {
    path,
    text,
    error: document.errors[0]?.message.split('\n')[0] ?? (isObject(parsed) ? undefined : 'not a map'),
    triggers: triggersOf(root['on']),
    root,
    jobs: Object.entries(jobs).map(([name, job]) => ({
      name,
      job: isObject(job) ? job : {},
      steps: isObject(job) && Array.isArray(job['steps']) ? job['steps'].filter(isObject) : [],
    })),
    lineOf: (at) => {
      for (let length = at.length; length > 0; length -= 1) {
        const node = document.getIn(at.slice(0, length), true);
        if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}

function triggersOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on.map(String);
  return isObject(on) ? Object.keys(on) : [];
}
