/** The thin typed client: what `sync`, the workflow runner and the command line ask of the public API. */

import type { DenylistEntry, Event, Payload } from '@signalwright/model';
import type { AsmData } from './denylist.ts';
import { encodeSpan } from './event.ts';
import { encodeForgetRequest, readForgotten, type ForgetRequest, type ForgottenAnswer } from './forget.ts';
import { decodeIntakeAnswer, type IntakeAnswer } from './intake-batch.ts';
import { historyApi, type HistoryApi } from './history-api.ts';
import { listCursor, listPages, listWorkflowPages, type SignalSearch } from './list-pages.ts';
import { notificationRulesApi } from './notification-rules-api.ts';
import type { ObjectsApi } from './objects-api.ts';
import { readOrg, type OrgAnswer } from './org-answer.ts';
import { attributesOf, type RemoteKind } from './ownership.ts';
import { PATHS, pathOf } from './paths.ts';
import { isJsonObject, type Decoded } from './payload-reader.ts';
import { peopleApi, type PeopleApi } from './people-api.ts';
import { collect, isNotThere, nothing, one } from './read-outcome.ts';
import { readRemoteObject } from './remote-object.ts';
import {
  decodeDenylistEntry,
  decodeThreatIntel,
  decodeUser,
  encodeAssigneeChange,
  encodeBlockRequest,
  encodeCommentRequest,
  encodeRunRequest,
  encodeStateChange,
  type AssigneeChange,
  type BlockRequest,
  type CommentRequest,
  type StateChange,
  type ThreatIntelAnswer,
  type UserAnswer,
} from './requests.ts';
import { decodeSignal, decodeSignalMetadata, type SignalAnswer, type SignalMetadata } from './signal.ts';
import { createTransport, type ApiOutcome, type Transport, type TransportOptions } from './transport.ts';
import type { RemoteObject } from './update-body.ts';
import { decodeInstance, type InstanceAnswer } from './workflow-instance.ts';

export interface SignalsApi {
  search(search: SignalSearch): Promise<ApiOutcome<readonly SignalAnswer[]>>;
  get(id: string): Promise<ApiOutcome<SignalAnswer>>;
  setState(id: string, change: StateChange): Promise<ApiOutcome<SignalMetadata>>;
  setAssignee(id: string, change: AssigneeChange): Promise<ApiOutcome<SignalMetadata>>;
}

export interface WorkflowsApi extends ObjectsApi {
  /** Starts a run and returns its id. */
  run(workflowId: string, payload: Payload): Promise<ApiOutcome<string>>;
  listInstances(workflowId: string): Promise<ApiOutcome<readonly InstanceAnswer[]>>;
  getInstance(workflowId: string, instanceId: string): Promise<ApiOutcome<InstanceAnswer>>;
}

/** What only the embedded org has. */
export interface OwnApi {
  /** Events beside one that is refused are taken; when all are refused, so is the request. */
  sendSpans(events: readonly Event[]): Promise<ApiOutcome<IntakeAnswer>>;
  listDenylist(): Promise<ApiOutcome<readonly DenylistEntry[]>>;
  readAsmData(): Promise<ApiOutcome<AsmData>>;
  block(block: BlockRequest): Promise<ApiOutcome<DenylistEntry>>;
  unblock(kind: DenylistEntry['kind'], value: string): Promise<ApiOutcome<void>>;
  lookUpAddress(ip: string): Promise<ApiOutcome<ThreatIntelAnswer>>;
  comment(signalId: string, comment: CommentRequest): Promise<ApiOutcome<void>>;
  /** Path below the org's address that opens the page once. */
  makeLaunchPath(): Promise<ApiOutcome<string>>;
  listUsers(): Promise<ApiOutcome<readonly UserAnswer[]>>;
  /** Removes a value from all that the org has stored, or counts where it stands. */
  forget(request: ForgetRequest): Promise<ApiOutcome<ForgottenAnswer>>;
}

export interface ApiClient {
  readonly rules: ObjectsApi;
  readonly suppressions: ObjectsApi;
  readonly notificationRules: ObjectsApi;
  readonly workflows: WorkflowsApi;
  readonly signals: SignalsApi;
  readonly own: OwnApi;
  readonly people: PeopleApi;
  readonly history: HistoryApi;
  /** Log lines as `POST /api/v2/logs` takes them. */
  sendLogs(logs: readonly Payload[]): Promise<ApiOutcome<IntakeAnswer>>;
  /** The organisation that the keys belong to; undefined where the answer does not say. */
  readOrg(): Promise<ApiOutcome<OrgAnswer | undefined>>;
  /** The objects of a kind. */
  objects(kind: RemoteKind): ObjectsApi;
}

export type ApiClientOptions = TransportOptions;

export function createApiClient(options: ApiClientOptions): ApiClient {
  const send = createTransport(options);
  const rules = goneIsDeleted(objectsApi(send, 'detection-rule', PATHS.rules, 'PUT'));
  const suppressions = goneIsDeleted(objectsApi(send, 'suppression', PATHS.suppressions, 'PATCH'));
  const byEndpoint = notificationRulesApi({
    security_signals: objectsApi(send, 'notification-rule', PATHS.notificationRules, 'PATCH'),
    security_findings: objectsApi(send, 'notification-rule', PATHS.findingNotificationRules, 'PATCH'),
  });
  const notificationRules = goneIsDeleted(byEndpoint);
  const workflows = workflowsApi(send);
  const objects: Readonly<Record<RemoteKind, ObjectsApi>> = {
    'detection-rule': rules,
    suppression: suppressions,
    'notification-rule': notificationRules,
    workflow: workflows,
  };
  return {
    rules,
    suppressions,
    notificationRules,
    workflows,
    signals: signalsApi(send),
    own: ownApi(send),
    people: peopleApi(send),
    history: historyApi(send),
    sendLogs: async (logs) =>
      one(await send({ method: 'POST', path: PATHS.logs, body: logs }), decodeIntakeAnswer),
    readOrg: async () => {
      const outcome = await send({ method: 'GET', path: PATHS.currentUser });
      return outcome.kind === 'done' ? { kind: 'done', value: readOrg(outcome.value) } : outcome;
    },
    objects: (kind) => objects[kind],
  };
}

function objectsApi(send: Transport, kind: RemoteKind, base: string, update: 'PUT' | 'PATCH'): ObjectsApi {
  const read = (value: unknown): RemoteObject | undefined => readRemoteObject(kind, value);
  /** An answer that speaks of another object is none. */
  const readOne =
    (id: string) =>
    (value: unknown): RemoteObject | undefined => {
      const object = read(value);
      return object?.id === id ? object : undefined;
    };
  return {
    list: (onPage) => listPages(send, kind, base, { read, onPage }),
    get: async (id) => one(await send({ method: 'GET', path: pathOf(base, id) }), readOne(id)),
    create: async (body, beforeSend) =>
      one(await send({ method: 'POST', path: base, body, beforeSend }), read),
    update: async (id, body, beforeSend) =>
      one(await send({ method: update, path: pathOf(base, id), body, beforeSend }), readOne(id)),
    delete: async (id, beforeSend) =>
      nothing(await send({ method: 'DELETE', path: pathOf(base, id), beforeSend })),
  };
}

function goneIsDeleted(api: ObjectsApi): ObjectsApi {
  return {
    ...api,
    delete: async (id, beforeSend) => {
      const outcome = await api.delete(id, beforeSend);
      return isNotThere(outcome) ? { kind: 'done', value: undefined } : outcome;
    },
  };
}

function workflowsApi(send: Transport): WorkflowsApi {
  const instances = (workflowId: string): string => `${pathOf(PATHS.workflows, workflowId)}/instances`;
  const readWorkflow = (value: unknown): RemoteObject | undefined => readRemoteObject('workflow', value);
  return {
    ...goneIsDeleted(objectsApi(send, 'workflow', PATHS.workflows, 'PATCH')),
    list: (onPage) => listWorkflowPages(send, { read: readWorkflow, onPage }),
    run: async (workflowId, payload) =>
      one(
        await send({ method: 'POST', path: instances(workflowId), body: encodeRunRequest(payload) }),
        (value) => decodeInstance(value)?.id,
      ),
    listInstances: (workflowId) =>
      listPages(send, 'instance', instances(workflowId), { read: decodeInstance }),
    getInstance: async (workflowId, instanceId) =>
      one(await send({ method: 'GET', path: pathOf(instances(workflowId), instanceId) }), decodeInstance),
  };
}

function signalsApi(send: Transport): SignalsApi {
  const readSignal = (value: unknown): SignalAnswer | undefined => valueOf(decodeSignal(value));
  const readMetadata = (value: unknown): SignalMetadata | undefined => valueOf(decodeSignalMetadata(value));
  return {
    search: async (search) => collect(await listCursor(send, search), readSignal),
    get: async (id) => one(await send({ method: 'GET', path: pathOf(PATHS.signals, id) }), readSignal),
    setState: async (id, change) =>
      one(
        await send({
          method: 'PATCH',
          path: `${pathOf(PATHS.signals, id)}/state`,
          body: encodeStateChange(change),
        }),
        readMetadata,
      ),
    setAssignee: async (id, change) =>
      one(
        await send({
          method: 'PATCH',
          path: `${pathOf(PATHS.signals, id)}/assignee`,
          body: encodeAssigneeChange(change),
        }),
        readMetadata,
      ),
  };
}

function ownApi(send: Transport): OwnApi {
  const readEntry = (value: unknown): DenylistEntry | undefined => valueOf(decodeDenylistEntry(value));
  return {
    sendSpans: async (events) =>
      one(
        await send({ method: 'POST', path: PATHS.spans, body: events.map(encodeSpan) }),
        decodeIntakeAnswer,
      ),
    listDenylist: async () => {
      const outcome = await send({ method: 'GET', path: PATHS.denylist });
      return outcome.kind === 'done'
        ? collect({ kind: 'done', value: dataOf(outcome.value) }, readEntry)
        : outcome;
    },
    listUsers: async () => {
      const outcome = await send({ method: 'GET', path: PATHS.ownUsers });
      return outcome.kind === 'done'
        ? collect({ kind: 'done', value: dataOf(outcome.value) }, decodeUser)
        : outcome;
    },
    readAsmData: async () => one(await send({ method: 'GET', path: PATHS.asmData }), readAsmData),
    block: async (block) =>
      one(await send({ method: 'POST', path: PATHS.denylist, body: encodeBlockRequest(block) }), readEntry),
    unblock: async (kind, value) =>
      nothing(await send({ method: 'DELETE', path: PATHS.denylist, query: { kind, value } })),
    lookUpAddress: async (ip) =>
      one(await send({ method: 'GET', path: PATHS.threatIntel, query: { ip } }), (value) =>
        valueOf(decodeThreatIntel(value)),
      ),
    forget: async (request) =>
      one(
        await send({ method: 'POST', path: PATHS.forget, body: encodeForgetRequest(request) }),
        readForgotten,
      ),
    makeLaunchPath: async () =>
      one(await send({ method: 'POST', path: PATHS.launchLinks }), (value) => {
        const { path } = attributesOf(value);
        return typeof path === 'string' && path.startsWith('/') ? path : undefined;
      }),
    comment: async (signalId, comment) =>
      nothing(
        await send({
          method: 'POST',
          path: `${pathOf(PATHS.ownSignals, signalId)}/comments`,
          body: encodeCommentRequest(comment),
        }),
      ),
  };
}

function readAsmData(value: unknown): AsmData | undefined {
  return isJsonObject(value) && Array.isArray(value['rules_data'])
    ? { rules_data: value['rules_data'] as AsmData['rules_data'] }
    : undefined;
}

/** The elements of `data`; undefined for a body that is no list, so that a strange answer is never "empty". */
function dataOf(body: unknown): readonly unknown[] | undefined {
  return isJsonObject(body) && Array.isArray(body['data']) ? body['data'] : undefined;
}

function valueOf<T>(result: Decoded<T>): T | undefined {
  return result.ok ? result.value : undefined;
}
