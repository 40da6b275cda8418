/** The report as one JSON document, its secrets masked; a field is only ever added within a schema version of the command line. */

import { maskSecrets } from '@signalwright/template';
import { becauseText } from './meaning/because.ts';
import type { MeaningReport, Note, ObjectChange, QueryChange } from './meaning/report.ts';
import { countAttention } from './meaning/report.ts';
import type { Witness } from './meaning/witness.ts';
import { plainText } from './phrase.ts';
import { changeSummary } from './summary.ts';

export function meaningDocument(report: MeaningReport): Readonly<Record<string, unknown>> {
  return masked(documentOf(report)) as Readonly<Record<string, unknown>>;
}

/** A document goes where a report goes: into logs and artefacts. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskSecrets(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

function documentOf(report: MeaningReport): Readonly<Record<string, unknown>> {
  return {
    summary: changeSummary(report),
    attention: countAttention(report),
    unchanged: report.unchanged,
    config: report.config.map(noteDocument),
    objects: report.objects.map(objectDocument),
  };
}

function objectDocument(object: ObjectChange): Readonly<Record<string, unknown>> {
  const { address, kind, what, weight, headline, place } = object;
  return {
    address,
    kind,
    what,
    weight,
    headline: plainText(headline),
    place,
    queries: object.queries.map(queryDocument),
    notes: object.notes.map(noteDocument),
  };
}

function queryDocument(change: QueryChange): Readonly<Record<string, unknown>> {
  const { use, label, before, after, verdict, reason, assumed, weight, headline, because, place } = change;
  return {
    use,
    label,
    before,
    after,
    verdict,
    reason,
    assumed,
    weight,
    headline: plainText(headline),
    because: { text: plainText(becauseText(because)), ...because },
    noLongerMatches: witnessDocument(change.noLongerMatches),
    newlyMatches: witnessDocument(change.newlyMatches),
    place,
  };
}

function witnessDocument(witness: Witness | undefined): unknown {
  return witness?.lines.map(({ path, value, decides }) => ({ path, value: value ?? null, decides }));
}

function noteDocument({ topic, weight, text, place }: Note): Readonly<Record<string, unknown>> {
  return { topic, weight, text: plainText(text), place };
}
