/**
 * What historical jobs found, and how results become signals.
 * Source: the bodies of the official client; nothing is recorded.
 */

import { SEVERITIES, type DetectedSignal } from '@signalwright/model';
import { readJob, readJobResult, searchJobResults } from '@signalwright/signals';
import { PATHS, encodeSignal, plainErrors } from '@signalwright/wire';

import { NO_CONTENT, json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { detectionOf } from '../jobs/job-runner.ts';
import type { OrgServices } from '../org-services.ts';
import { readAttributes } from './json-api-body.ts';
import { answerSearch, askedByBody, askedByParameters } from './signal-search.ts';

const READ = {
  kind: 'permission',
  permission: 'security_monitoring_signals_read',
} as const;
const WRITE = {
  kind: 'permission',
  permission: 'security_monitoring_signals_write',
} as const;

/** Chosen: results of one request. */
const MAX_CONVERTED = 1_000;

export function historicalSignalRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.historicalSignals;
  const jobs = PATHS.historicalJobs;
  return [
    {
      method: 'GET',
      path: all,
      access: READ,
      handle: ({ query }) => list(services, query, undefined),
    },
    {
      method: 'POST',
      path: `${all}/search`,
      access: READ,
      handle: (request) => search(services, request),
    },
    {
      method: 'GET',
      path: `${all}/:signalId`,
      access: READ,
      handle: (request) => get(services, request),
    },
    {
      method: 'GET',
      path: `${jobs}/:jobId/histsignals`,
      access: READ,
      handle: (request) => listOfJob(services, request),
    },
    {
      method: 'POST',
      path: `${jobs}/signal_convert`,
      access: WRITE,
      handle: (request) => convert(services, request),
    },
  ];
}

function list(services: OrgServices, query: URLSearchParams, jobId: string | undefined): Promise<Answer> {
  return answerSearch(services, askedByParameters(query), (asked) =>
    searchJobResults(services.context.db, asked, jobId),
  );
}

async function listOfJob(services: OrgServices, { params, query }: RouteRequest): Promise<Answer> {
  const jobId = params['jobId'] ?? '';
  if (readJob(services.context.db, jobId) === undefined) return json(404, plainErrors('Job not found'));
  return list(services, query, jobId);
}

async function search(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await askedByBody(request);
  if (!asked.ok) return asked.answer;
  return answerSearch(services, asked.value, (each) =>
    searchJobResults(services.context.db, each, undefined),
  );
}

function get(services: OrgServices, { params }: RouteRequest): Answer {
  const result = readJobResult(services.context.db, params['signalId'] ?? '');
  return result === undefined
    ? json(404, plainErrors('Signal not found'))
    : json(200, { data: encodeSignal(result, 'one') });
}

/** All of them or none. What is a signal already stays as it is, so that a request may be repeated. */
async function convert(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readAttributes(request);
  if (!body.ok) return json(400, plainErrors(body.reason));
  const { jobResultIds, signalMessage, signalSeverity, notifications } = body.value;
  const ids = textsOf(jobResultIds);
  const handles = textsOf(notifications);
  const severity = SEVERITIES.find((known) => known === signalSeverity);
  if (ids === undefined || ids.length === 0 || ids.length > MAX_CONVERTED) {
    return json(400, plainErrors(`jobResultIds must be a list of 1 to ${MAX_CONVERTED} ids`));
  }
  if (severity === undefined)
    return json(400, plainErrors(`signalSeverity must be one of ${SEVERITIES.join(', ')}`));
  if (typeof signalMessage !== 'string') return json(400, plainErrors('signalMessage must be a text'));
  if (handles === undefined) return json(400, plainErrors('notifications must be a list of handles'));
  const found: DetectedSignal[] = [];
  for (const id of new Set(ids)) {
    const result = readJobResult(services.context.db, id);
    if (result === undefined) return json(404, plainErrors(`Job result not found: ${id}`));
    found.push({
      ...detectionOf(result),
      severity,
      message: signalMessage,
      notifications: handles,
    });
  }
  await services.pipeline.open(found, request.actor);
  return NO_CONTENT;
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((each): each is string => typeof each === 'string');
  return texts.length === value.length ? texts : undefined;
}
