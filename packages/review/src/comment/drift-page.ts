/** Drift as Markdown, for an issue or the summary page of a job: who changed what, field by field, and what to do. */

import type { Address } from '@signalwright/model';
import {
  DRIFT_SIGNS,
  attributionText,
  driftAdvice,
  driftNotes,
  driftSummary,
  type Drift,
  type DriftView,
  type DriftedObject,
} from '@signalwright/sync';
import { MAX_BODY_CHARS, fitSections } from './fit.ts';
import { code, fence, prose } from './markdown.ts';
import { fieldsFence, frameSection, keptItems, objectsSection } from './object-parts.ts';

/** Of one object: several where somebody made copies of it. */
const MAX_IDS = 10;

/** Markdown of at most `limit` characters, so that it fits an issue. The same drift gives the same text. */
export function renderDriftPage(drift: Drift, view: DriftView, limit = MAX_BODY_CHARS): string {
  const { target, objects, accepted } = drift;
  const advice = driftAdvice(drift, view);
  const [first = '', ...more] = driftSummary(drift);
  return fitSections(
    [
      frameSection(`### Drift of ${code(target.name)}`, [`**${first}**`, ...more]),
      objectsSection(
        objects.map((object) => objectText(object, view)),
        'drifted object',
        'drift',
      ),
      objectsSection(
        accepted.map(({ address, fields }) => acceptedText(address, fields)),
        'object with accepted drift',
        'drift',
      ),
      frameSection('', advice.length === 0 ? [] : [fence('text', advice)]),
      frameSection('---', [`${code(target.url)}, stack ${code(target.stack)}`]),
    ],
    limit,
  );
}

function objectText(object: DriftedObject, { attributions }: DriftView): string {
  const { address, name, state, fields, place, remoteIds } = object;
  const attribution = attributions.get(address);
  const remarks = [
    ...driftNotes(object),
    ...(attribution === undefined ? [] : [attributionText(attribution)]),
  ].map(prose);
  const where = place === undefined ? [] : [code(`${place.file}:${place.line}:${place.col}`)];
  const head = [code(name), ...where, ...remoteIds.slice(0, MAX_IDS).map(code), ...remarks];
  return [
    [`**${SIGNS[DRIFT_SIGNS[state]]}** ${code(address)}`, ...head].join(' · '),
    ...(fields.length === 0 ? [] : [fieldsFence(fields)]),
  ].join('\n\n');
}

/** A dash at the start of a line would begin a list. */
const SIGNS = { '~': '~', '!': '!', '-': '\\-' } as const;

function acceptedText(address: Address, fields: Parameters<typeof keptItems>[0]): string {
  return [`**=** ${code(address)}`, ...keptItems(fields)].join('\n\n');
}
