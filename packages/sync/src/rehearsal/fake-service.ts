/**
 * A service in memory that speaks the protocol of the four kinds over `fetch`: ids of its own, versions, fields of
 * its own, sets in another order, pages, lists that lag behind writes. It knows nothing of plans or marks.
 */

import type { RemoteKind } from '@signalwright/wire';

type Json = Record<string, unknown>;

interface Stored {
  readonly id: string;
  version: number;
  fields: Json;
  readonly createdAtMs: number;
  updatedAtMs: number;
}

interface Area {
  readonly kind: RemoteKind;
  readonly path: string;
  readonly type: string | undefined;
  readonly created: number;
  /** Of notification rules: this endpoint knows no others. */
  readonly source?: string;
}

const AREAS: readonly Area[] = [
  { kind: 'detection-rule', path: '/api/v2/security_monitoring/rules', type: undefined, created: 200 },
  {
    kind: 'suppression',
    path: '/api/v2/security_monitoring/configuration/suppressions',
    type: 'suppressions',
    created: 200,
  },
  {
    kind: 'notification-rule',
    path: '/api/v2/security/signals/notification_rules',
    type: 'notification_rules',
    created: 201,
    source: 'security_signals',
  },
  {
    kind: 'notification-rule',
    path: '/api/v2/security/vulnerabilities/notification_rules',
    type: 'notification_rules',
    created: 201,
    source: 'security_findings',
  },
  { kind: 'workflow', path: '/api/v2/workflows', type: 'workflows', created: 201 },
];

export class FakeService {
  /** How long after its creation an object is missing from lists. */
  lagMs = 0;
  readonly #nowMs: () => number;
  readonly #objects = new Map<RemoteKind, Map<string, Stored>>(AREAS.map((area) => [area.kind, new Map()]));
  #next = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The same objects, to go on with alone. */
  copy(nowMs: () => number = this.#nowMs): FakeService {
    const copy = new FakeService(nowMs);
    copy.lagMs = this.lagMs;
    copy.#next = this.#next;
    // Fields are replaced and never changed.
    for (const [kind, stored] of this.#objects)
      copy.#objects.set(kind, new Map([...stored].map(([id, object]) => [id, { ...object }])));
    return copy;
  }

  /** Everything that exists, as stored. */
  all(): readonly {
    readonly kind: RemoteKind;
    readonly id: string;
    readonly version: number;
    readonly fields: Json;
  }[] {
    return [...this.#objects].flatMap(([kind, stored]) =>
      [...stored.values()].map(({ id, version, fields }) => ({ kind, id, version, fields })),
    );
  }

  /** What a person does in the pages of the service. */
  edit(kind: RemoteKind, id: string, change: (fields: Json) => Json): void {
    const stored = this.#objects.get(kind)?.get(id);
    if (stored === undefined) throw new Error(`no ${kind} ${id}`);
    stored.fields = change(structuredClone(stored.fields));
    stored.version += 1;
    stored.updatedAtMs = this.#nowMs() + stored.version;
  }

  add(kind: RemoteKind, fields: Json): string {
    const id =
      kind === 'workflow'
        ? `00000000-0000-4000-8000-${String(this.#next).padStart(12, '0')}`
        : idOf(this.#next);
    this.#next += 1;
    const nowMs = this.#nowMs();
    this.#objects.get(kind)?.set(id, { id, version: 1, fields, createdAtMs: nowMs, updatedAtMs: nowMs });
    return id;
  }

  remove(kind: RemoteKind, id: string): void {
    this.#objects.get(kind)?.delete(id);
  }

  handle(url: string, init: RequestInit): Response {
    const { pathname, searchParams } = new URL(url);
    const area = AREAS.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
    if (area === undefined) return answer(404, { errors: ['Not found'] });
    const id = pathname === area.path ? undefined : decodeURIComponent(pathname.slice(area.path.length + 1));
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Json) : {};
    if (id === undefined)
      return init.method === 'POST' ? this.#create(area, body) : this.#list(area, searchParams);
    const stored = this.#objects.get(area.kind)?.get(id);
    if (stored === undefined || !isAt(area, stored)) return answer(404, { errors: ['Not found'] });
    switch (init.method) {
      case 'GET':
        return answer(200, single(area, stored));
      case 'DELETE':
        this.remove(area.kind, id);
        return answer(204, undefined);
      default:
        return this.#update(area, stored, body);
    }
  }

  #create(area: Area, body: Json): Response {
    const id = this.add(area.kind, structuredClone(fieldsOf(body)));
    const stored = this.#objects.get(area.kind)?.get(id);
    return stored === undefined ? answer(500, {}) : answer(area.created, single(area, stored));
  }

  #update(area: Area, stored: Stored, body: Json): Response {
    const { version, ...fields } = fieldsOf(body);
    if (area.kind === 'notification-rule' && (version === undefined || version === 0)) {
      return answer(400, { errors: ["input_validation_error(Field 'data.attributes.version' is invalid)"] });
    }
    if (version !== undefined && version !== stored.version) {
      return area.kind === 'detection-rule'
        ? answer(401, { errors: ['Concurrent Modification'] })
        : answer(409, { errors: ['already_exists(Concurrent modifications detected)'] });
    }
    stored.fields = { ...stored.fields, ...structuredClone(fields) };
    stored.version += 1;
    stored.updatedAtMs = this.#nowMs() + stored.version;
    return answer(200, single(area, stored));
  }

  #list(area: Area, query: URLSearchParams): Response {
    const visible = [...(this.#objects.get(area.kind)?.values() ?? [])].filter(
      (stored) => isAt(area, stored) && this.#nowMs() - stored.createdAtMs >= this.lagMs,
    );
    const size = Number(query.get('page[size]') ?? query.get('limit') ?? visible.length);
    const page = Number(query.get('page[number]') ?? query.get('page') ?? 0);
    const rows = visible.slice(page * size, page * size + size).map((stored) => {
      const row = resource(area, stored);
      // As recorded: lists of workflows come without their specs.
      return area.kind === 'workflow'
        ? { ...row, attributes: { ...(row['attributes'] as Json), spec: null } }
        : row;
    });
    return answer(200, { data: rows, meta: { page: { total_count: rows.length } } });
  }
}

function isAt(area: Area, { fields }: Stored): boolean {
  const selectors = fields['selectors'] as Json | undefined;
  return area.source === undefined || selectors?.['trigger_source'] === area.source;
}

function fieldsOf(body: Json): Json {
  const data = body['data'] as { attributes?: Json } | undefined;
  return data?.attributes ?? body;
}

function single(area: Area, stored: Stored): Json {
  const found = resource(area, stored);
  return area.type === undefined ? found : { data: found };
}

/** As the service answers: its own fields, defaults, tags in an order of its own. */
function resource(area: Area, stored: Stored): Json {
  const { id, version } = stored;
  const fields = shuffleTags(stored.fields);
  const user = { name: 'CI Account', handle: 'ci' };
  switch (area.kind) {
    case 'detection-rule':
      return {
        isDefault: false,
        ...fields,
        id,
        version,
        filters: fields['filters'] ?? [],
        createdAt: stored.createdAtMs,
        isDeleted: false,
        creator: user,
        updater: user,
        metadata: { entities: null, sources: null },
      };
    case 'suppression': {
      const { start_date: start, expiration_date: end, ...rest } = fields;
      const dates = {
        ...(start !== null && { start_date: start }),
        ...(end !== null && { expiration_date: end }),
      };
      const defaults = { data_exclusion_query: '', suppression_query: '', description: '' };
      const own = { editable: true, version, creator: user, creation_date: stored.createdAtMs };
      return { id, type: area.type, attributes: { ...defaults, ...rest, ...dates, ...own } };
    }
    case 'notification-rule':
      return {
        id,
        type: area.type,
        attributes: { ...fields, version, created_by: user, created_at: stored.createdAtMs },
      };
    case 'workflow': {
      const updatedAt = new Date(stored.updatedAtMs).toISOString();
      return { id, type: area.type, attributes: { ...fields, updatedAt }, relationships: {} };
    }
  }
}

function shuffleTags(fields: Json): Json {
  const tags = fields['tags'];
  return Array.isArray(tags) ? { ...fields, tags: (tags as string[]).toSorted().toReversed() } : fields;
}

/** `abc-def-ghi` */
function idOf(n: number): string {
  const text = n.toString(36).padStart(9, '0');
  return `${text.slice(0, 3)}-${text.slice(3, 6)}-${text.slice(6)}`;
}

function answer(status: number, body: unknown): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status });
}
