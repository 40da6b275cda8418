/** What content asks for: the create body of each object, its digest, and what must exist before it. */

import { setImmediate } from 'node:timers/promises';
import {
  addressOf,
  unreachable,
  type Address,
  type AuthoredRule,
  type ContentObject,
  type Origin,
  type OwnedRule,
  type Payload,
  type SavedView,
} from '@signalwright/model';
import { canonicalDigest } from '@signalwright/store';
import {
  encodeNotificationRule,
  encodeRule,
  encodeSuppression,
  encodeWorkflow,
  normalisePayload,
  type RemoteKind,
} from '@signalwright/wire';
import { compareText } from './compare-text.ts';

export interface DesiredObject {
  readonly address: Address;
  readonly kind: RemoteKind;
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Create body. */
  readonly body: Payload;
  /** Normal form of the body, see `normalisePayload`. */
  readonly content: Payload;
  /** Of the normal form. */
  readonly digest: string;
  readonly dependsOn: readonly Address[];
  /** Remote id of the rule of Datadog that it tunes: it is there already, or the object cannot be applied. */
  readonly tunes?: string;
  /** A rule that is tried in silence. */
  readonly isShadow?: true;
  /** Remote id of the object that it was imported from: that one may be there without our mark. */
  readonly importedFrom?: string;
  readonly origin: Origin;
}

/** Views have no public API: they become links. */
export interface DesiredView {
  readonly address: Address;
  readonly view: SavedView;
  readonly origin: Origin;
}

export interface DesiredState {
  readonly stack: string;
  /** In the order they can be applied. */
  readonly objects: readonly DesiredObject[];
  readonly views: readonly DesiredView[];
  /** Over the addresses and digests of all objects and views. */
  readonly digest: string;
}

/** A folder of content that passed its checks; `Workspace` of `content` is one. */
export interface DesiredSource {
  readonly objects: readonly ContentObject[];
}

/** What refers to something comes after it. Within a kind the order of addresses, so that two runs agree, but for
 * rules that count the signals of other rules. */
const APPLY_ORDER = [
  'detection-rule',
  'workflow',
  'suppression',
  'notification-rule',
] as const satisfies readonly RemoteKind[];

/** What refers to something goes before it. */
export const REMOVE_ORDER: readonly RemoteKind[] = APPLY_ORDER.toReversed();

export function desiredState(source: DesiredSource, options: { readonly stack: string }): DesiredState {
  const objects = source.objects.flatMap((authored) => compileObject(authored, options.stack));
  return stateOf(objects, source, options);
}

/** The same, beside calls that are under way: their answers come in between. */
export async function desiredStateBeside(
  source: DesiredSource,
  options: { readonly stack: string },
): Promise<DesiredState> {
  const objects: DesiredObject[] = [];
  for (const [index, authored] of source.objects.entries()) {
    if (index % COMPILED_IN_A_ROW === 0) await setImmediate();
    objects.push(...compileObject(authored, options.stack));
  }
  return stateOf(objects, source, options);
}

/** Some milliseconds of work. */
const COMPILED_IN_A_ROW = 32;

function stateOf(
  objects: readonly DesiredObject[],
  source: DesiredSource,
  options: { readonly stack: string },
): DesiredState {
  const ordered = afterDependencies(
    objects.toSorted(
      (a, b) =>
        APPLY_ORDER.indexOf(a.kind) - APPLY_ORDER.indexOf(b.kind) || compareText(a.address, b.address),
    ),
  );
  const views = source.objects.flatMap(compileView).toSorted((a, b) => compareText(a.address, b.address));
  const parts = [
    ...ordered.map(({ address, digest }) => [address, digest]),
    ...views.map(({ address, view }) => [address, view]),
  ];
  return {
    stack: options.stack,
    objects: ordered,
    views,
    digest: canonicalDigest([options.stack, parts]),
  };
}

/** Remote ids of the rules of Datadog that content tunes, for `observe`. */
export function tunedRules({ objects }: DesiredSource): ReadonlySet<string> {
  return new Set(objects.flatMap((authored) => tunedBy(authored)?.ruleId ?? []));
}

/** The rule of Datadog that an object tunes. */
export function tunedBy(authored: ContentObject): OwnedRule | undefined {
  return authored.kind === 'detection-rule' ? authored.object.tunes : undefined;
}

/** What content was imported from, for `observe`, when it is to be adopted: `<kind>/<remote id>`. */
export function importedObjects({ objects }: DesiredSource): ReadonlySet<string> {
  return new Set(
    objects.flatMap((authored) => {
      const remoteId = importedFrom(authored);
      return authored.kind === 'saved-view' || remoteId === undefined
        ? []
        : [remoteKey(authored.kind, remoteId)];
    }),
  );
}

/** Names a remote object among those of all kinds. */
export function remoteKey(kind: RemoteKind, remoteId: string): string {
  return `${kind}/${remoteId}`;
}

/** Each object behind those of its own kind that it depends on; a circle keeps the order that it has. */
function afterDependencies(objects: readonly DesiredObject[]): readonly DesiredObject[] {
  const byAddress = new Map(objects.map((object) => [object.address, object]));
  const placed = new Set<DesiredObject>();
  const begun = new Set<DesiredObject>();
  // Not by calls: a chain of rules may be longer than the stack is deep.
  const path: { readonly object: DesiredObject; readonly needs: Address[] }[] = [];
  const begin = (object: DesiredObject | undefined): void => {
    if (object === undefined || begun.has(object)) return;
    begun.add(object);
    path.push({ object, needs: object.dependsOn.toReversed() });
  };
  for (const object of objects) {
    begin(object);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const address = last.needs.pop();
      if (address === undefined) {
        placed.add(last.object);
        path.pop();
        continue;
      }
      const needed = byAddress.get(address);
      if (needed?.kind === last.object.kind) begin(needed);
    }
  }
  return [...placed];
}

function compileObject(authored: ContentObject, stack: string): readonly DesiredObject[] {
  const encoded = encodeObject(authored, stack);
  if (encoded === undefined) return [];
  const content = normalisePayload(encoded.kind, encoded.body);
  const remoteId = importedFrom(authored);
  return [
    {
      ...encoded,
      address: authored.address,
      id: authored.object.id,
      name: authored.object.name,
      content,
      digest: contentDigest(content),
      ...(remoteId !== undefined && { importedFrom: remoteId }),
      origin: authored.origin,
    },
  ];
}

/** A rule that tunes one of Datadog names that one, and is no import. */
function importedFrom(authored: ContentObject): string | undefined {
  if (authored.kind === 'saved-view' || tunedBy(authored) !== undefined) return undefined;
  return authored.object.remoteId;
}

/** Digest of a payload's normal form: equal digests mean that there is nothing to do. */
export function contentDigest(content: Payload): string {
  return canonicalDigest(content);
}

type Encoded = Pick<DesiredObject, 'kind' | 'body' | 'dependsOn' | 'tunes' | 'isShadow'>;

function encodeObject(authored: ContentObject, stack: string): Encoded | undefined {
  switch (authored.kind) {
    case 'detection-rule':
      return encodeDesiredRule(authored, stack);
    case 'workflow':
      return { kind: authored.kind, body: encodeWorkflow(authored.object, { stack }), dependsOn: [] };
    case 'suppression': {
      const { rules } = authored.object;
      const ids = rules.kind === 'ids' ? rules.ids : [];
      return {
        kind: authored.kind,
        body: encodeSuppression(authored.object, { stack }),
        dependsOn: ids.map((id) => addressOf('detection-rule', id)),
      };
    }
    case 'notification-rule':
      return {
        kind: authored.kind,
        body: encodeNotificationRule(authored.object, { stack }),
        dependsOn: authored.object.targets.flatMap((target) =>
          target.kind === 'workflow' ? [addressOf('workflow', target.workflowId)] : [],
        ),
      };
    case 'saved-view':
      return undefined;
    default:
      return unreachable(authored);
  }
}

function encodeDesiredRule({ object: rule, stage }: AuthoredRule, stack: string): Encoded {
  const dependsOn = rule.queries.flatMap(({ correlation }) =>
    correlation?.rule.kind === 'content' ? [addressOf('detection-rule', correlation.rule.id)] : [],
  );
  return {
    kind: 'detection-rule',
    body: encodeRule(rule, { stack, stage }),
    dependsOn: [...new Set(dependsOn)],
    ...(rule.tunes !== undefined && { tunes: rule.tunes.ruleId }),
    ...(stage === 'shadow' && { isShadow: true }),
  };
}

function compileView(authored: ContentObject): readonly DesiredView[] {
  if (authored.kind !== 'saved-view') return [];
  return [{ address: authored.address, view: authored.object, origin: authored.origin }];
}
