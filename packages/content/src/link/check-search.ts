/**
 * Names and values that the document behind a query cannot have: `status:hihg` finds no signal and says nothing.
 * What is open (tags, attributes of events) is left alone unless it is a slip away from what is known.
 */

import { TRIAGE_STATES, type ContentPath } from '@signalwright/model';
import type { Match, Query } from '@signalwright/query';
import { quoted } from '../diagnostic.ts';
import { didYouMean, editDistance } from '../nearest.ts';
import { checkQuery } from './check-text.ts';
import type { Report } from './link-context.ts';
import {
  SEARCHED,
  WORKFLOW_ATTRIBUTES,
  type SearchedDocument,
  type SearchedNames,
} from './searched-documents.ts';

/** Reports what is wrong with a query, and then with what it names. */
export function checkSearch(
  report: Report,
  path: ContentPath,
  text: string,
  searched: SearchedDocument,
): void {
  const query = checkQuery(report, path, text);
  if (query === undefined) return;
  const seen = new Set<number>();
  for (const leaf of leavesOf(query)) {
    // A key before a group stands on every leaf of it.
    const isFirst = !seen.has(leaf.field.start);
    seen.add(leaf.field.start);
    const problem = nameProblem(leaf, searched);
    if (problem === undefined) checkValue(report, path, leaf, SEARCHED[searched]);
    else if (isFirst)
      report.inText(path, leaf.field, 'search/unknown-field', problem.message, { hint: problem.hint });
  }
}

function* leavesOf(query: Query): Generator<Match> {
  switch (query.kind) {
    case 'and':
    case 'or':
      for (const child of query.children) yield* leavesOf(child);
      return;
    case 'not':
      return yield* leavesOf(query.child);
    case 'match':
      return yield query;
    default:
      return;
  }
}

interface NameProblem {
  readonly message: string;
  readonly hint: string;
}

function nameProblem({ field, test }: Match, searched: SearchedDocument): NameProblem | undefined {
  const { noun, fields, elsewhere } = SEARCHED[searched];
  if (field.kind === 'attribute') return attributeProblem(`@${field.path}`, searched);
  if (field.kind !== 'reserved' && field.kind !== 'tag') return undefined;
  const name = field.kind === 'reserved' ? field.name : field.key;
  if (fields.includes(name)) return undefined;
  const other = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  if (other !== undefined) return { message: `${noun} has no field ${quoted(name)}.`, hint: other };
  if (searched === 'signals' && field.kind === 'tag') {
    if (name === 'state' && test.kind === 'equals' && isTriageState(test.value)) {
      return { message: `${quoted(name)} is read as a tag.`, hint: 'Write @workflow.triage.state:' };
    }
    if (WORKFLOW_ATTRIBUTES.includes(`@${name}`)) {
      return { message: `${quoted(name)} is read as a tag.`, hint: `Attributes start with @: @${name}` };
    }
  }
  const near = field.kind === 'tag' ? fields.find((known) => isSlipOf(name, known)) : undefined;
  if (near === undefined) return undefined;
  return { message: `${quoted(name)} is read as a tag.`, hint: `Did you mean "${near}"?` };
}

function attributeProblem(name: string, searched: SearchedDocument): NameProblem | undefined {
  const isWorkflow = name.startsWith('@workflow.');
  switch (searched) {
    case 'rules':
      return {
        message: `A detection rule has no attribute ${quoted(name)}.`,
        hint: 'Its fields: type, ruleId, source, severity; any other bare name is a tag of the rule.',
      };
    case 'events':
      if (!isWorkflow) return undefined;
      return {
        message: `An event has no attribute ${quoted(name)}.`,
        hint: 'Only signals have it: write it under suppressSignals.',
      };
    case 'signals':
      if (!isWorkflow || WORKFLOW_ATTRIBUTES.some((known) => known === name || known.startsWith(`${name}.`)))
        return undefined;
      return {
        message: `A signal has no attribute ${quoted(name)}.`,
        hint: didYouMean(name, WORKFLOW_ATTRIBUTES) ?? `It has: ${WORKFLOW_ATTRIBUTES.join(', ')}.`,
      };
  }
}

/** Shorter words are too close to everything: `nv` is no slip of `env`. */
const MIN_SLIP = 4;

function isSlipOf(name: string, known: string): boolean {
  if (name.length < MIN_SLIP) return false;
  return name.toLowerCase() === known.toLowerCase() || editDistance(name, known) === 1;
}

function isTriageState(value: string): boolean {
  return (TRIAGE_STATES as readonly string[]).includes(value);
}

function checkValue(report: Report, path: ContentPath, leaf: Match, { values }: SearchedNames): void {
  const { field, test } = leaf;
  if (test.kind !== 'equals') return;
  const name =
    field.kind === 'attribute' ? `@${field.path}` : field.kind === 'reserved' ? field.name : undefined;
  const known = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
  if (name === undefined || known === undefined || known.includes(test.value)) return;
  const message = `${quoted(name)} is never ${quoted(test.value)}.`;
  const hint = spelling(test.value, known) ?? didYouMean(test.value, known) ?? `One of: ${known.join(', ')}.`;
  report.inText(path, test, 'search/unknown-value', message, { hint });
}

/** Rule types have two spellings: `application_security` in the API, "Application Security" on signals. */
function spelling(value: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[ _-]/g, '');
  const same = known.find((each) => plain(each) === plain(value));
  if (same === undefined) return undefined;
  return same.includes(' ') ? `Write it as "${same}", with the quotes.` : `Write it as ${same}.`;
}
