/**
 * Workflows as the API takes and answers them. Those with triggers or steps that this org cannot run are kept as they
 * are and never run (docs/decisions/0091). Source: recorded conversations about `/api/v2/workflows`.
 */

import { MAX_WORKFLOW_STEPS } from '@signalwright/model';
import type { ContentFields, StoredContent } from '@signalwright/signals';

import { isObject } from '../http/json-body.ts';
import { sortedTags } from './suppression-payload.ts';
import { findMisshapenPlace } from './workflow-shape.ts';

const MAX_DESCRIPTION_CHARACTERS = 300;

/** @returns details in the words of the service; none when it may be stored */
export function checkWorkflowFields(fields: ContentFields): readonly string[] {
  const details: string[] = [];
  const { name, description, spec } = fields;
  if (typeof name !== 'string' || name === '') details.push('workflow name is required');
  if (description !== undefined && typeof description !== 'string') details.push('description is invalid');
  if (typeof description === 'string' && description.length > MAX_DESCRIPTION_CHARACTERS) {
    details.push(`workflow description exceeds size limit of [${MAX_DESCRIPTION_CHARACTERS}] characters`);
  }
  const problem = checkSpec(spec);
  if (problem !== undefined) details.push('spec is invalid', problem);
  if (details.length > 0) return details;
  const place = findMisshapenPlace(fields);
  if (place !== undefined) details.push(`${place} is invalid`);
  return details;
}

function checkSpec(spec: unknown): string | undefined {
  if (!isObject(spec)) return 'no spec found.';
  const { triggers, steps } = spec;
  if (!Array.isArray(triggers) || triggers.length === 0) {
    return 'no trigger found. At least one trigger is required.';
  }
  if (!triggers.every(isObject)) return 'a trigger is not an object.';
  if (!Array.isArray(steps)) return 'no steps found.';
  if (steps.length > MAX_WORKFLOW_STEPS) return `more than ${MAX_WORKFLOW_STEPS} steps.`;
  const isStep = (step: unknown): boolean =>
    isObject(step) && typeof step['name'] === 'string' && typeof step['actionId'] === 'string';
  return steps.every(isStep) ? undefined : 'each step needs a name and an actionId.';
}

/** The `data` of an answer. @param withSpec lists leave it out unless they are asked for it */
export function answerWorkflow(stored: StoredContent, withSpec: boolean): Readonly<Record<string, unknown>> {
  const { fields } = stored;
  const owner = { data: { id: stored.createdBy, type: 'users' } };
  const { tags, spec, ...shown } = fields;
  return {
    id: stored.id,
    type: 'workflows',
    attributes: {
      description: '',
      published: true,
      ...shown,
      spec: withSpec ? spec : null,
      tags: sortedTags(tags),
      createdAt: new Date(stored.createdAtMs).toISOString(),
      updatedAt: new Date(stored.updatedAtMs).toISOString(),
    },
    relationships: { creator: owner, owner },
  };
}
