/** What a target answered, or the failure that its refusal is to a person. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE, loadProjectConfig } from '@signalwright/content';
import type { ApiError, ApiOutcome } from '@signalwright/wire';
import { EXIT } from './exit-codes.ts';
import { CommandFailure, environmentFailure } from './failure.ts';
import { isThisMachine } from './target-address.ts';
import { oneLine } from './text-width.ts';

/** Whom an answer comes from: what a refusal says to look at. */
export interface Answerer {
  readonly plan: { readonly name: string; readonly url: string };
  /** Folder of `signalwright.yaml`. */
  readonly root: string;
  /** Where the keys come from. */
  readonly keysFrom: string;
}

/**
 * @param missing what a 404 means here: `There is no signal "x".`
 * @throws CommandFailure 1 when the target refuses, 74 when it does not answer
 */
export function answerOf<T>(outcome: ApiOutcome<T>, target: Answerer, missing?: string): T {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'refused': {
      if (outcome.error.status === 404 && missing !== undefined)
        throw new CommandFailure(EXIT.findings, missing);
      throw refusalOf(outcome.error, target);
    }
    case 'unknown':
      throw environmentFailure(
        `No usable answer from ${target.plan.url}: ${oneLine(outcome.reason)}`,
        silenceHint(target),
      );
  }
}

function refusalOf({ status, messages, permissions = [] }: ApiError, target: Answerer): CommandFailure {
  const { url } = target.plan;
  const said = oneLine(messages.join(' '));
  if (status === 407)
    return environmentFailure(
      `A proxy before ${url} asks for credentials (407): ${said}`,
      'Ask whoever runs it to let this address through.',
    );
  return new CommandFailure(
    EXIT.findings,
    `${url} refused with ${status}: ${said}`,
    hintOf(status, permissions, target),
  );
}

function hintOf(status: number, permissions: readonly string[], target: Answerer): string | undefined {
  const { keysFrom } = target;
  const place = sentenceOfPlace(target);
  switch (status) {
    case 401:
      return `It does not know the keys in ${keysFrom}: they are mistyped, revoked, or of another site.${place}`;
    case 403: {
      const noun = permissions.length > 1 ? 'permissions' : 'permission';
      const names = permissions.length === 0 ? ' that this takes' : ` ${permissions.join(', ')}`;
      return `The keys in ${keysFrom} lack the ${noun}${names}, or are of another site.${place}`;
    }
    case 404:
      return `There is no such API at this address.${place}`;
    default:
      return undefined;
  }
}

function silenceHint(target: Answerer): string | undefined {
  const place = sentenceOfPlace(target);
  if (place !== '') return place.trim();
  return isThisMachine(target.plan.url)
    ? 'Is it running? `signalwright up` starts the embedded org.'
    : 'SIGNALWRIGHT_URL says where it is.';
}

function sentenceOfPlace({ plan: { name }, root }: Answerer): string {
  const place = placeOfSite(root, name);
  return place === undefined ? '' : ` The site stands in ${place}.`;
}

/** `signalwright.yaml:4:11` */
function placeOfSite(root: string, environment: string): string | undefined {
  try {
    const { origin, config } = loadProjectConfig(readFileSync(join(root, CONFIG_FILE), 'utf8'));
    if (config?.environments[environment]?.target !== 'datadog') return undefined;
    const { file, start } = origin?.rangeOf(['environments', environment, 'site']) ?? {};
    return start === undefined ? undefined : `${file}:${start.line}:${start.col}`;
  } catch {
    return undefined;
  }
}
