/**
 * The resources of a Terraform document: a state (version 4), what `terraform show -json` says of one, or a configuration in
 * its JSON form. Each is told by its address; what cannot be imported is named with its reason, or counted by its
 * type where it is no business of content.
 */

import type { Payload } from '@signalwright/model';
import { TERRAFORM_KINDS } from '@signalwright/wire';
import { literalOf } from './literal-of.ts';

export interface TerraformResource {
  /** `module.waf["eu"].datadog_security_monitoring_rule.logins[0]` */
  readonly address: string;
  readonly type: string;
  readonly attributes: Payload;
  /** Of the remote object, where the document knows it. */
  readonly id?: string;
}

export interface RefusedResource {
  readonly address: string;
  readonly reason: string;
}

export interface TerraformDocument {
  readonly found: readonly TerraformResource[];
  readonly refused: readonly RefusedResource[];
  /** Resources of types that content has nothing for, by their type. */
  readonly others: ReadonlyMap<string, number>;
  readonly source: 'state' | 'configuration';
}

/** More of ours in one document are hardly one team's; the rest is said to be cut. */
export const MAX_RESOURCES = 50_000;

/** @returns why it is none of the three */
export function listResources(value: unknown): TerraformDocument | string {
  if (!isMap(value)) return 'It is neither a Terraform state nor a configuration.';
  const list = new ResourceList();
  if (isMap(value['values']) || isMap(value['planned_values'])) {
    if (!isMap(value['values']))
      return 'It is a plan of Terraform: show the state instead, terraform show -json.';
    addModule(value['values']['root_module'], list);
    return list.document('state');
  }
  if (Array.isArray(value['resources']) && value['version'] !== undefined) {
    if (value['version'] !== 4)
      return `It is a state of version ${String(value['version'])}: only 4 is known, which Terraform writes since 0.12.`;
    for (const resource of value['resources'] as readonly unknown[]) addStateResource(resource, list);
    return list.document('state');
  }
  if (value['resource'] === undefined)
    return 'It has no resource: it is neither a state nor a configuration.';
  for (const types of listOf(value['resource'])) addConfiguration(types, list);
  return list.document('configuration');
}

class ResourceList {
  readonly #found: TerraformResource[] = [];
  readonly #refused: RefusedResource[] = [];
  readonly #others = new Map<string, number>();
  #isCut = false;

  /** @param read what the resource holds, or why it cannot be imported; asked only of what content has a word for */
  add(type: string, address: string, read: () => Omit<TerraformResource, 'address' | 'type'> | string): void {
    const reason = Object.hasOwn(UNSUPPORTED, type) ? UNSUPPORTED[type] : undefined;
    if (!Object.hasOwn(TERRAFORM_KINDS, type) && reason === undefined) {
      this.#others.set(type, (this.#others.get(type) ?? 0) + 1);
      return;
    }
    if (this.#found.length + this.#refused.length >= MAX_RESOURCES) {
      this.#isCut = true;
      return;
    }
    const resource = reason ?? read();
    if (typeof resource === 'string') this.#refused.push({ address, reason: resource });
    else this.#found.push({ address, type, ...resource });
  }

  refuse(address: string, reason: string): void {
    if (this.#refused.length < MAX_RESOURCES) this.#refused.push({ address, reason });
    else this.#isCut = true;
  }

  document(source: TerraformDocument['source']): TerraformDocument {
    const cut = { address: 'the rest', reason: `It holds more than ${MAX_RESOURCES} of them: divide it.` };
    return {
      found: this.#found,
      refused: this.#isCut ? [...this.#refused, cut] : this.#refused,
      others: this.#others,
      source,
    };
  }
}

/** What belongs to security and has no file here, or not from here. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  datadog_security_monitoring_default_rule:
    'It tunes a rule of Datadog, whose body Terraform does not keep. Import it from the org, where its tuning is all there: signalwright import --from <environment> --kind detection-rule',
  datadog_cloud_configuration_rule:
    'Its resource says a part of the rule only. Import it from the org: signalwright import --from <environment> --kind detection-rule',
  datadog_security_monitoring_critical_asset: 'Critical assets are no content: leave it to Terraform.',
  datadog_security_monitoring_filter: 'Security filters are no content: leave it to Terraform.',
};

/** One entry of a state, with an instance for each count or key. */
function addStateResource(value: unknown, list: ResourceList): void {
  if (!isMap(value) || value['mode'] === 'data') return;
  const { type, name, module, instances } = value;
  if (typeof type !== 'string' || typeof name !== 'string')
    return list.refuse('an entry of the state', 'It has no type and name.');
  const base = `${typeof module === 'string' ? `${module}.` : ''}${type}.${name}`;
  for (const instance of Array.isArray(instances) ? (instances as readonly unknown[]) : []) {
    const [key, attributes] = isMap(instance) ? [instance['index_key'], instance['attributes']] : [];
    list.add(type, base + indexText(key), () => {
      if (!isMap(instance) || !isMap(attributes))
        return 'Its attributes are missing: it is of a Terraform before 0.12.';
      if (instance['deposed'] !== undefined) return 'It is about to be destroyed by Terraform (deposed).';
      return known(attributes, sensitiveNames(instance['sensitive_attributes']));
    });
  }
}

function indexText(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? `[${JSON.stringify(key)}]` : '';
}

/** `[[{ type: get_attr, value: webhook_secret }]]` */
function sensitiveNames(value: unknown): readonly string[] {
  return listOf(value).flatMap((path) => {
    const [first] = listOf(path);
    return isMap(first) && typeof first['value'] === 'string' ? [first['value']] : [];
  });
}

/** Of `terraform show -json`; how deep modules nest is bounded by the depth of the document. */
function addModule(value: unknown, list: ResourceList): void {
  if (!isMap(value)) return;
  for (const resource of listOf(value['resources'])) {
    if (!isMap(resource) || resource['mode'] === 'data') continue;
    const { type, address, values, sensitive_values: sensitive } = resource;
    if (typeof type !== 'string' || typeof address !== 'string')
      list.refuse('an entry of the state', 'It has no type and address.');
    else
      list.add(type, address, () => {
        if (!isMap(values)) return 'Its values are missing.';
        const names = isMap(sensitive)
          ? Object.entries(sensitive).flatMap(([key, marks]) => (holdsTrue(marks) ? [key] : []))
          : [];
        return known(values, names);
      });
  }
  for (const inner of listOf(value['child_modules'])) addModule(inner, list);
}

function holdsTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsTrue);
  return value === true;
}

/** It never becomes content: where it is needed, a connection or the target has it. */
const LEFT_OUT: ReadonlySet<string> = new Set(['webhook_secret']);

function known(
  attributes: Payload,
  sensitive: readonly string[],
): Omit<TerraformResource, 'address' | 'type'> | string {
  const secret = sensitive.find((name) => !LEFT_OUT.has(name));
  if (secret !== undefined)
    return `Its ${secret} is marked as sensitive, and would stand in clear in a file. Import it from the org, or take the mark away.`;
  const { id } = attributes;
  return { attributes, ...(typeof id === 'string' && id !== '' && { id }) };
}

/** What says how often or by whom a resource is made, and nothing of the object. */
const META_ARGUMENTS: ReadonlySet<string> = new Set(['provider', 'depends_on', 'lifecycle', '//']);
const MULTIPLE = ['count', 'for_each', 'dynamic'] as const;

function addConfiguration(types: unknown, list: ResourceList): void {
  if (!isMap(types)) return;
  for (const [type, names] of Object.entries(types)) {
    for (const named of listOf(names)) {
      if (!isMap(named)) continue;
      for (const [name, bodies] of Object.entries(named))
        for (const body of listOf(bodies)) list.add(type, `${type}.${name}`, () => readConfigured(body));
    }
  }
}

function readConfigured(body: unknown): Omit<TerraformResource, 'address' | 'type'> | string {
  if (!isMap(body)) return 'It has no body.';
  const multiple = MULTIPLE.find((key) => Object.hasOwn(body, key));
  if (multiple !== undefined)
    return `It has ${multiple}, so that its objects are known to the state only: import from that.`;
  const attributes = Object.fromEntries(Object.entries(body).filter(([key]) => !META_ARGUMENTS.has(key)));
  const read = literalOf(attributes, '');
  if (read.ok) return { attributes: read.value as Payload };
  return `Its ${read.path} is computed: ${read.expression}. Import it from the state, which knows the value.`;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isMap(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
