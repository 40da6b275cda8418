/**
 * `/api/v2/siem-historical-detections/jobs`: a rule looked for in the events that the org still holds.
 * Source: recorded conversations; the bodies of the official client. The job itself runs in `jobs/job-runner.ts`.
 */

import type { Actor } from '@signalwright/model';
import { parseQuery, compileMatcher, type QueryDocument } from '@signalwright/query';
import {
  cancelJob,
  createJob,
  deleteJob,
  listJobs,
  readContent,
  readJob,
  type ContentFields,
  type HistoricalJob,
} from '@signalwright/signals';
import { PATHS, jsonApiErrors, plainErrors } from '@signalwright/wire';

import { isObject, objectAt } from '../http/json-body.ts';
import { NO_CONTENT, json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { LONG_TEXT, findLongTexts } from '../content/long-text.ts';
import { newUuid } from '@signalwright/signals';
import { invalidJobField, readDefinition } from '../jobs/job-definition.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { isAllowedBy } from '../people/restricted-routes.ts';
import { readAttributes } from './json-api-body.ts';
import { pageOf } from './paging.ts';

const READ = {
  kind: 'permission',
  permission: 'security_monitoring_rules_read',
} as const;
const WRITE = {
  kind: 'permission',
  permission: 'security_monitoring_rules_write',
} as const;

const TYPE = 'historicalDetectionsJob';
const CREATE_TYPE = 'historicalDetectionsJobCreate';

/** Chosen: jobs of a page when the request does not say. */
const DEFAULT_PAGE_SIZE = 10;

export function historicalJobRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.historicalJobs;
  const one = `${all}/:jobId`;
  return [
    {
      method: 'GET',
      path: all,
      access: READ,
      handle: (request) => list(services, request),
    },
    {
      method: 'POST',
      path: all,
      access: WRITE,
      handle: (request) => run(services, request),
    },
    {
      method: 'GET',
      path: one,
      access: READ,
      handle: (request) => get(services, request),
    },
    {
      method: 'DELETE',
      path: one,
      access: WRITE,
      handle: (request) => remove(services, request),
    },
    {
      method: 'PATCH',
      path: `${one}/cancel`,
      access: WRITE,
      handle: (request) => cancel(services, request),
    },
  ];
}

/** It waits for the next tick of the org, then for the jobs before it. */
async function run(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readAttributes(request);
  if (!body.ok) return json(400, plainErrors(body.reason));
  const { type = CREATE_TYPE } = objectAt(body.body, 'data') ?? {};
  if (type !== CREATE_TYPE) return json(400, plainErrors(`data.type must be ${CREATE_TYPE}`));
  const { jobDefinition, fromRule, signalOutput = false } = body.value;
  if ((jobDefinition === undefined) === (fromRule === undefined)) {
    return json(400, plainErrors('Expected either jobDefinition or fromRule'));
  }
  if (typeof signalOutput !== 'boolean') return json(400, plainErrors('signalOutput must be true or false'));
  const asked = fromRule === undefined ? jobDefinition : definitionFrom(services, request.actor, fromRule);
  if (asked === NO_RULE) return jsonApi(404, { errors: [{ status: '404', title: 'Not Found' }] });
  if (!isObject(asked)) return json(400, plainErrors('The definition of a job must be an object'));
  const tooLong = findLongTexts(asked).map((field) => invalidJobField(field, LONG_TEXT));
  if (tooLong.length > 0) return json(400, plainErrors(...tooLong));
  const read = readDefinition(asked);
  if (!read.ok) return json(400, plainErrors(...read.messages));
  const fromRuleId = isObject(fromRule) ? String(fromRule['id']) : undefined;
  const { db, nowMs, random } = services.context;
  const created = await db.write(() => {
    const job = {
      id: newUuid(random),
      definition: read.definition,
      signalOutput,
    };
    return createJob(db, request.actor, { ...job, ...(fromRuleId !== undefined && { fromRuleId }) }, nowMs());
  });
  if (created === undefined) return json(429, plainErrors('Too many historical jobs are waiting'));
  return jsonApi(201, { data: { id: created.id, type: TYPE } });
}

const NO_RULE = Symbol('no rule');

/** Chosen: with `caseIndex` only that case counts; `notifications` take the place of those of the cases. */
function definitionFrom(services: OrgServices, actor: Actor, fromRule: unknown): unknown {
  if (!isObject(fromRule)) return fromRule;
  const { id, from, to, index, caseIndex, notifications } = fromRule;
  const stored = typeof id === 'string' ? readContent(services.context.db, 'detection-rule', id) : undefined;
  // A job shows its definition: whom a policy hides the rule from is not told of it in this way either.
  const isVisible =
    stored !== undefined && isAllowedBy(services, actor, `security-rule:${stored.id}`, 'viewer');
  if (!isVisible) return NO_RULE;
  const { cases } = stored.fields;
  const all: readonly unknown[] = Array.isArray(cases) ? cases : [];
  const kept = typeof caseIndex === 'number' ? all.slice(caseIndex, caseIndex + 1) : all;
  const told = Array.isArray(notifications) && notifications.length > 0 ? { notifications } : {};
  return {
    ...stored.fields,
    cases: kept.map((each) => ({ ...(each as object), ...told })),
    from,
    to,
    index,
  };
}

function list(services: OrgServices, { query }: RouteRequest): Answer {
  const asked = query.get('filter[query]') ?? '';
  const parsed = parseQuery(asked);
  if (!parsed.ok) return json(400, plainErrors('Invalid filter[query]'));
  const matches = compileMatcher(parsed.query);
  const found = listJobs(services.context.db).filter((job) => matches(jobDocument(job)));
  const sorted = sortJobs(found, query.get('sort') ?? '-createdAt');
  if (sorted === undefined) return json(400, plainErrors(`Invalid sort: expected ${SORT_NAMES}`));
  const names = {
    size: 'page[size]',
    number: 'page[number]',
    defaultSize: DEFAULT_PAGE_SIZE,
  };
  const result = pageOf(sorted, query, names);
  if (!result.ok) return json(400, plainErrors(result.reason));
  const data = result.page.rows.map((job) => answerJob(services, job));
  return jsonApi(200, { data, meta: { totalCount: result.page.total } });
}

const SORTS: Readonly<Record<string, (job: HistoricalJob) => string | number>> = {
  createdAt: ({ createdAtMs }) => createdAtMs,
  modifiedAt: ({ modifiedAtMs }) => modifiedAtMs,
  jobName: nameOf,
  jobStatus: ({ status }) => status,
};
const SORT_NAMES = Object.keys(SORTS).join(', ');

function sortJobs(jobs: readonly HistoricalJob[], sort: string): readonly HistoricalJob[] | undefined {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const key = Object.hasOwn(SORTS, name) ? SORTS[name] : undefined;
  if (key === undefined) return undefined;
  const sign = isDescending ? -1 : 1;
  return jobs.toSorted((a, b) => {
    const [keyA, keyB] = [key(a), key(b)];
    return keyA === keyB ? 0 : keyA < keyB ? -sign : sign;
  });
}

/** Chosen: `id:`, `name:`, `status:`, and words of the name. */
function jobDocument(job: HistoricalJob): QueryDocument {
  const name = nameOf(job);
  return {
    reserved: { status: job.status },
    tags: [`id:${job.id}`, `name:${name}`],
    attributes: {},
    message: name,
  };
}

function get(services: OrgServices, { params }: RouteRequest): Answer {
  const found = findJob(services, params['jobId']);
  if (found.ok) return jsonApi(200, { data: answerJob(services, found.job) });
  if (!found.isId) return found.answer;
  return jsonApi(404, jsonApiErrors(404, 'Not Found', `Job ${params['jobId'] ?? ''} was not found.`));
}

async function cancel(services: OrgServices, request: RouteRequest): Promise<Answer> {
  return change(services, request, (db, job, nowMs) =>
    cancelJob(db, request.actor, job, nowMs) ? undefined : 'The job has ended already',
  );
}

/** Chosen: a job under way is cancelled first. Source: 409 is documented. */
async function remove(services: OrgServices, request: RouteRequest): Promise<Answer> {
  return change(services, request, (db, job, nowMs) => {
    if (job.status === 'running') return 'The job is running: cancel it first';
    deleteJob(db, request.actor, job, nowMs);
    return undefined;
  });
}

/** @param work says why it cannot be done */
async function change(
  services: OrgServices,
  { params }: RouteRequest,
  work: (db: OrgServices['context']['db'], job: HistoricalJob, nowMs: number) => string | undefined,
): Promise<Answer> {
  const { db, nowMs } = services.context;
  return db.write(() => {
    const found = findJob(services, params['jobId']);
    if (!found.ok) return found.answer;
    const refusal = work(db, found.job, nowMs());
    return refusal === undefined ? NO_CONTENT : jsonApi(409, jsonApiErrors(409, 'Conflict', refusal));
  });
}

type FoundJob =
  | { readonly ok: true; readonly job: HistoricalJob }
  | { readonly ok: false; readonly isId: boolean; readonly answer: Answer };

const JOB_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function findJob(services: OrgServices, id = ''): FoundJob {
  // Recorded: neither of them has a title.
  const refuse = (status: number, detail: string): Answer =>
    jsonApi(status, { errors: [{ status: String(status), detail }] });
  if (!JOB_ID.test(id)) return { ok: false, isId: false, answer: refuse(400, 'invalid jobId') };
  const job = readJob(services.context.db, id);
  return job === undefined ? { ok: false, isId: true, answer: refuse(404, 'Not Found') } : { ok: true, job };
}

function answerJob(services: OrgServices, job: HistoricalJob): object {
  const author = authorOf(services, job.createdBy);
  const progressRate = services.jobs.progressOf(job.id);
  return {
    id: job.id,
    type: TYPE,
    attributes: {
      createdAt: momentText(job.createdAtMs),
      createdByHandle: author.handle,
      createdByName: author.name,
      ...(job.fromRuleId !== undefined && {
        createdFromRuleId: job.fromRuleId,
      }),
      jobDefinition: job.definition,
      jobName: nameOf(job),
      jobStatus: job.status,
      modifiedAt: momentText(job.modifiedAtMs),
      ...(progressRate !== undefined && { progressRate }),
      signalOutput: job.signalOutput,
    },
  };
}

function nameOf({ definition }: { readonly definition: ContentFields }): string {
  return String(definition['name'] ?? '');
}

/** Recorded: `2026-05-26 20:46:03.567462+00`. */
function momentText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '000+00');
}
