/**
 * Permissions as the API tells of them. Their ids are made from their names, so that they are the same in every org and
 * at every start: docs/decisions/0351.
 */

import { createHash } from 'node:crypto';

import { PERMISSION_CATALOG, type GrantablePermission, type PermissionEntry } from '@signalwright/model';

/** Chosen: the table is as old as the oldest names in it. */
const CREATED = '2018-10-19T00:00:00.000000+00:00';

const ACRONYMS: ReadonlySet<string> = new Set(
  'api apm aws ci cd cws dbm ddsql dora gcp llm mcp ndm oci pgo rum slos vm'.split(' '),
);

export interface PermissionBody {
  readonly id: string;
  readonly type: 'permissions';
  readonly attributes: Readonly<Record<string, unknown>>;
}

const BODIES: readonly PermissionBody[] = PERMISSION_CATALOG.map(bodyOf);
const NAMES_BY_ID: ReadonlyMap<string, GrantablePermission> = new Map(
  PERMISSION_CATALOG.map(({ name }) => [permissionId(name), name]),
);

function permissionId(name: GrantablePermission): string {
  const hex = createHash('sha256').update(`permission:${name}`).digest('hex');
  // Version 8: a uuid that is made by a rule of our own (RFC 9562).
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** @returns undefined when no permission has the id */
export function permissionOfId(id: string): GrantablePermission | undefined {
  return NAMES_BY_ID.get(id);
}

/** Those of the set, in the order of the catalogue. */
export function permissionBodies(held?: ReadonlySet<string>): readonly PermissionBody[] {
  return held === undefined
    ? BODIES
    : BODIES.filter(({ attributes }) => held.has(String(attributes['name'])));
}

export function permissionReferences(held: ReadonlySet<string>): readonly object[] {
  return permissionBodies(held).map(({ id, type }) => ({ type, id }));
}

function bodyOf({ name, group, sort, isBase }: PermissionEntry): PermissionBody {
  const shown = name
    .split('_')
    .map((word) =>
      ACRONYMS.has(word) ? word.toUpperCase() : `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`,
    )
    .join(' ');
  return {
    id: permissionId(name),
    type: 'permissions',
    attributes: {
      name,
      display_name: shown,
      description: `${shown}, of ${group}.`,
      created: CREATED,
      group_name: group,
      display_type: sort,
      restricted: isBase,
    },
  };
}
