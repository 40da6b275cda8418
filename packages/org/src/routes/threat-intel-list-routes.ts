/** `/api/signalwright/threat_intel_lists`: lists of known addresses, put in, replaced and taken out while the org runs. */

import { readThreatIntelList, readThreatIntelLists, type ThreatIntelList } from '@signalwright/signals';
import { PATHS } from '@signalwright/wire';

import { invalidField } from '../content/invalid-field.ts';
import { objectAt } from '../http/json-body.ts';
import { NO_CONTENT, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { parseThreatIntel } from '../threat-intel.ts';
import { answerRefusal } from './command-answer.ts';
import { refuse } from './content-resource.ts';
import { readAttributes } from './json-api-body.ts';

const READ = { kind: 'permission', permission: 'reference_tables_read' } as const;
const WRITE = { kind: 'permission', permission: 'reference_tables_write' } as const;
const TYPE = 'threat_intel_lists';

export function threatIntelListRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.threatIntelLists;
  const one = `${all}/:name`;
  return [
    { method: 'GET', path: all, access: READ, handle: () => list(services) },
    { method: 'GET', path: one, access: READ, handle: (request) => get(services, request) },
    { method: 'PUT', path: one, access: WRITE, handle: (request) => put(services, request) },
    { method: 'DELETE', path: one, access: WRITE, handle: (request) => remove(services, request) },
  ];
}

/** Without their rows, which may be many. */
function list(services: OrgServices): Answer {
  const lists = readThreatIntelLists(services.context.db);
  return jsonApi(200, { data: lists.map((each) => encode(services, each)) });
}

function get(services: OrgServices, { params }: RouteRequest): Answer {
  const name = params['name'] ?? '';
  const found = readThreatIntelList(services.context.db, name);
  if (found === undefined) return answerRefusal({ reason: 'list_not_found', name });
  return jsonApi(200, { data: encode(services, found, { csv: found.csv }) });
}

async function put(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const change = await readChange(request);
  if ('kind' in change) return change;
  const name = request.params['name'] ?? '';
  const isNew = readThreatIntelList(services.context.db, name) === undefined;
  const result = await services.commands.putThreatIntelList(request.actor, { name, ...change });
  if (!result.ok) return answerRefusal(result.refusal);
  services.threatIntel.reload();
  return jsonApi(isNew ? 201 : 200, { data: encode(services, result.value) });
}

async function remove(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  const result = await services.commands.deleteThreatIntelList(actor, params['name'] ?? '');
  if (!result.ok) return answerRefusal(result.refusal);
  services.threatIntel.reload();
  return NO_CONTENT;
}

interface ListBody {
  readonly description: string;
  readonly csv: string;
  readonly rows: number;
  readonly version?: number;
}

/** Of a key that is refused. */
const MAX_TOLD_CHARACTERS = 64;
const NO_TEXT = 'it must be a text without NUL and without half of a character';

/** The database would keep another text. */
function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
}

const FIELDS: ReadonlySet<string> = new Set(['csv', 'description', 'version']);

async function readChange(request: RouteRequest): Promise<ListBody | Answer> {
  const body = await readAttributes(request);
  if (!body.ok) return refuse(`input_validation_error(${body.reason})`);
  const { csv, description = '', version } = body.value;
  const unknown = Object.keys(body.value).find((key) => !FIELDS.has(key));
  if (unknown !== undefined)
    return refuse(invalidField(unknown.slice(0, MAX_TOLD_CHARACTERS), 'it is not known'));
  const type = objectAt(body.body, 'data')?.['type'] ?? TYPE;
  if (type !== TYPE) return refuse(`input_validation_error(Field 'data.type' is invalid: expected ${TYPE})`);
  if (!isStorable(csv)) return refuse(invalidField('csv', NO_TEXT));
  if (!isStorable(description)) return refuse(invalidField('description', NO_TEXT));
  if (version !== undefined && !Number.isSafeInteger(version))
    return refuse(invalidField('version', 'it must be a number'));
  const parsed = parseThreatIntel(csv);
  if (!parsed.ok) return refuse(invalidField('csv', `line ${parsed.line}: ${parsed.reason}`));
  return {
    csv,
    description,
    rows: parsed.rows,
    ...(version !== undefined && { version: version as number }),
  };
}

function encode(
  services: OrgServices,
  listed: ThreatIntelList,
  more: { readonly csv?: string } = {},
): object {
  const by = (actorId: string): object => {
    const { handle, name } = authorOf(services, actorId);
    return { handle, name };
  };
  const { name, description, rows, version } = listed;
  return {
    id: name,
    type: TYPE,
    attributes: {
      description,
      rows,
      version,
      created_at: new Date(listed.createdAtMs).toISOString(),
      created_by: by(listed.createdBy),
      modified_at: new Date(listed.updatedAtMs).toISOString(),
      modified_by: by(listed.updatedBy),
      ...more,
    },
  };
}
