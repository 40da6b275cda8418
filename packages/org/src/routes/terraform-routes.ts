/**
 * Objects as Terraform: rules that are there or not yet, suppressions and critical assets.
 * Source: recorded conversions of a rule and of a suppression, and an export; …/terraform/{resource_type} of the client.
 */

import { CONFIGURATION_RULE_TYPES } from '@signalwright/model';
import { readContent, type ContentFields } from '@signalwright/signals';
import { PATHS, fillRule, plainErrors, rulesError } from '@signalwright/wire';

import { answerArchive, archivePath } from '../content/archive.ts';
import { checkCriticalAsset } from '../content/critical-asset-payload.ts';
import { LONG_TEXT, findLongTexts } from '../content/long-text.ts';
import { checkRuleFields } from '../content/rule-payload.ts';
import { withoutServerFields } from '../content/server-fields.ts';
import { checkSuppressionFields, sortedTags } from '../content/suppression-payload.ts';
import { TERRAFORM_TYPES, renderResource, renderRule } from '../content/terraform.ts';
import { isObject, objectAt } from '../http/json-body.ts';
import { json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { refuse } from './content-resource.ts';

export function terraformRoutes(services: OrgServices): readonly Route[] {
  const read = { kind: 'permission', permission: 'security_monitoring_rules_read' } as const;
  const write = { kind: 'permission', permission: 'security_monitoring_rules_write' } as const;
  const objects = RESOURCES.flatMap((resource): readonly Route[] => {
    const path = `${PATHS.terraform}/${resource.path}`;
    return [
      {
        method: 'POST',
        path: `${path}/convert`,
        access: { kind: 'permission', permission: resource.write },
        handle: (request) => convertObject(resource, request),
      },
      {
        method: 'POST',
        path: `${path}/bulk`,
        access: { kind: 'permission', permission: resource.read },
        handle: (request) => exportObjects(services, resource, request),
      },
      {
        method: 'GET',
        path: `${path}/:id`,
        access: { kind: 'permission', permission: resource.read },
        handle: (request) => exportObject(services, resource, request),
      },
    ];
  });
  return [
    { method: 'POST', path: `${PATHS.rules}/convert`, access: write, handle: convertRule },
    {
      method: 'GET',
      path: `${PATHS.rules}/:id/convert`,
      access: read,
      handle: (request) => convertExistingRule(services, request),
    },
    ...objects,
  ];
}

async function convertRule(request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, rulesError('InvalidArgument', body.reason));
  if (!isObject(body.value)) return json(400, rulesError('InvalidArgument', 'The body must be an object'));
  const fields = withoutServerFields('detection-rule', body.value);
  const tooLong = findLongTexts(fields).map((target) => ({ message: LONG_TEXT, target }));
  const details = tooLong.length > 0 ? tooLong : checkRuleFields(fields);
  if (details.length > 0) {
    return json(400, rulesError('InvalidArgument', 'Invalid rule configuration', details));
  }
  return answerRuleContent(fields);
}

function convertExistingRule(services: OrgServices, { params }: RouteRequest): Answer {
  const id = params['id'] ?? '';
  const stored = readContent(services.context.db, 'detection-rule', id);
  if (stored === undefined) return json(404, plainErrors(`Threat detection rule not found: ${id}`));
  return answerRuleContent(stored.fields, { ruleId: id });
}

function answerRuleContent(fields: ContentFields, more: { readonly ruleId?: string } = {}): Answer {
  const terraformContent = terraformRule(fields);
  if (terraformContent !== undefined) return json(200, { ...more, terraformContent });
  const message = 'Rules of this type cannot be converted';
  return json(400, rulesError('InvalidArgument', message, [{ message, target: 'type' }]));
}

/**
 * Recorded: a resource has the rule's name; what Terraform takes for no name is an underscore.
 * Undefined for rules over configurations, another resource of the provider: half of one would be worse than none.
 */
export function terraformRule(fields: ContentFields): string | undefined {
  if (CONFIGURATION_RULE_TYPES.some((type) => type === fields['type'])) return undefined;
  const { name } = fields;
  const text = typeof name === 'string' ? name.replaceAll(/[^A-Za-z0-9_-]/g, '_') : '';
  return renderRule(/^[A-Za-z_]/.test(text) ? text : `_${text}`, fillRule(fields));
}

interface TerraformResource {
  readonly path: keyof typeof TERRAFORM_TYPES & string;
  readonly kind: 'suppression' | 'critical-asset';
  readonly read: 'security_monitoring_suppressions_read' | 'security_monitoring_critical_assets_read';
  readonly write: 'security_monitoring_suppressions_write' | 'security_monitoring_critical_assets_write';
  readonly check: (fields: ContentFields) => readonly string[];
}

const RESOURCES: readonly TerraformResource[] = [
  {
    path: 'suppressions',
    kind: 'suppression',
    read: 'security_monitoring_suppressions_read',
    write: 'security_monitoring_suppressions_write',
    check: checkSuppressionFields,
  },
  {
    path: 'critical_assets',
    kind: 'critical-asset',
    read: 'security_monitoring_critical_assets_read',
    write: 'security_monitoring_critical_assets_write',
    check: checkCriticalAsset,
  },
];

async function convertObject(resource: TerraformResource, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return refuse(`input_validation_error(${body.reason})`);
  const data = objectAt(body.value, 'data');
  const fields = objectAt(data, 'attributes', 'resource_json');
  const id = data?.['id'];
  if (fields === undefined) return refuse('input_validation_error(The body has no resource_json.)');
  if (typeof id !== 'string' || id === '')
    return refuse("input_validation_error(Field 'data.id' is invalid)");
  if (findLongTexts([id, fields]).length > 0) return refuse(`input_validation_error(A text: ${LONG_TEXT})`);
  const problems = resource.check(fields);
  return problems.length > 0 ? refuse(...problems) : answerResource(resource, id, fields);
}

function exportObject(services: OrgServices, resource: TerraformResource, { params }: RouteRequest): Answer {
  const id = params['id'] ?? '';
  const stored = readContent(services.context.db, resource.kind, id);
  if (stored === undefined) return notFound(id);
  return answerResource(resource, id, stored.fields);
}

/** Chosen: objects of one request. */
const MAX_BULK_OBJECTS = 1_000;

/** All of them or none. Chosen: the client leaves `data.type` open, so any text will do. */
async function exportObjects(
  services: OrgServices,
  resource: TerraformResource,
  request: RouteRequest,
): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return refuse(`input_validation_error(${body.reason})`);
  const data = objectAt(body.value, 'data');
  if (typeof data?.['type'] !== 'string')
    return refuse("input_validation_error(Field 'data.type' is invalid)");
  const ids = objectAt(data, 'attributes')?.['resource_ids'];
  const isList = Array.isArray(ids) && ids.length > 0 && ids.length <= MAX_BULK_OBJECTS;
  if (!isList || !ids.every((id): id is string => typeof id === 'string')) {
    const expected = `expected a list of 1 to ${MAX_BULK_OBJECTS} ids`;
    return refuse(`input_validation_error(Field 'data.attributes.resource_ids' is invalid: ${expected})`);
  }
  const files = new Map<string, string>();
  for (const id of new Set(ids)) {
    const stored = readContent(services.context.db, resource.kind, id);
    if (stored === undefined) return notFound(id);
    files.set(
      archivePath(stored.fields['name'] ?? resource.path, id, 'tf'),
      outputOf(resource, id, stored.fields),
    );
  }
  return answerArchive(files);
}

function notFound(id: string): Answer {
  return json(404, plainErrors(`not_found(Resource with ID ${id} not found)`));
}

function answerResource(resource: TerraformResource, id: string, fields: ContentFields): Answer {
  const type = typeOf(resource);
  return jsonApi(200, {
    data: {
      id: `${type}|${id}`,
      type: 'format_resource',
      attributes: { output: outputOf(resource, id, fields), resource_id: id, type_name: type },
    },
  });
}

function outputOf(resource: TerraformResource, id: string, fields: ContentFields): string {
  const sorted = fields['tags'] === undefined ? fields : { ...fields, tags: sortedTags(fields['tags']) };
  return renderResource(typeOf(resource), id, sorted);
}

function typeOf({ path }: TerraformResource): string {
  return TERRAFORM_TYPES[path] ?? path;
}
