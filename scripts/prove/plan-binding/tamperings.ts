/** Ways to alter a plan file. Who alters one can also make the digests fit: most of these do. */

import { createHash } from 'node:crypto';
import { canonicalJson } from '@signalwright/store';

type Json = Record<string, unknown>;

export interface PlanDocument {
  made: { atMs: number; expiresAtMs: number; commit?: string };
  plan: Json & {
    items: Item[];
    target: Json;
    removal: Json;
    digest: string;
  };
  seal: string;
}

export interface Item extends Json {
  address: string;
  change: Json;
  body?: Json;
  remote?: Json;
}

export interface Tampering {
  readonly name: string;
  /** The text of the file, altered. */
  readonly alter: (text: string) => string;
}

/** The document altered, its digests made to fit. */
function forge(name: string, change: (document: PlanDocument) => void): Tampering {
  return {
    name,
    alter: (text) => {
      const document = JSON.parse(text) as PlanDocument;
      change(document);
      return sealed(document);
    },
  };
}

function sealed({ made, plan }: PlanDocument): string {
  const { digest: _old, ...content } = plan;
  const digest = sha256(canonicalJson(content));
  const seal = sha256(canonicalJson([made, digest]));
  return `${canonicalJson({ made, plan: { ...content, digest }, seal })}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of the object that the plan changes. */
function changed({ plan }: PlanDocument): Item {
  const item = plan.items.find(({ change }) => change['kind'] === 'update');
  if (item === undefined) throw new Error('The plan changes nothing.');
  return item;
}

function attributes(item: Item): Json {
  return item.body ?? {};
}

const ZEROS = '0'.repeat(64);

export const TAMPERINGS: readonly Tampering[] = [
  { name: 'a byte at the end', alter: (text) => `${text} ` },
  { name: 'a second line', alter: (text) => text + text },
  { name: 'no line feed', alter: (text) => text.trimEnd() },
  { name: 'half of it', alter: (text) => text.slice(0, text.length / 2) },
  { name: 'nothing', alter: () => '' },
  { name: 'a blank between two keys', alter: (text) => text.replace(',"plan":', ', "plan":') },
  { name: 'a doubled key', alter: (text) => text.replace('{"made":', '{"made":{},"made":') },
  {
    name: 'another order of keys',
    alter: (text) => text.replace(/^\{"made":(\{[^}]*\}),(.*),("seal":"[^"]*")\}$/m, '{$3,"made":$1,$2}'),
  },
  {
    name: 'another digest',
    alter: (text) => text.replace(/"digest":"[0-9a-f]{64}","items"/, `"digest":"${ZEROS}","items"`),
  },
  { name: 'another seal', alter: (text) => text.replace(/"seal":"[0-9a-f]{64}"/, `"seal":"${ZEROS}"`) },
  { name: 'a body, and no digest', alter: (text) => text.replaceAll('Failed logins', 'Fewer logins') },
  forge('a field that plans do not have', ({ plan }) => void (plan['approved'] = true)),
  forge('no digest of the files', ({ plan }) => void delete plan['treeDigest']),
  forge(
    'a prototype',
    ({ plan }) => void Object.defineProperty(plan, '__proto__', { value: {}, enumerable: true }),
  ),
  forge('an earlier schema', ({ plan }) => void (plan['schemaVersion'] = 1)),
  forge('a later schema', ({ plan }) => void (plan['schemaVersion'] = 3)),
  forge('another version of the tool', ({ plan }) => void (plan['toolVersion'] = '99.0.0')),
  forge('another address of the target', ({ plan }) => void (plan.target['url'] = 'http://127.0.0.1:8086')),
  forge('another name of the target', ({ plan }) => void (plan.target['name'] = 'prod')),
  forge(
    'another page of the target',
    ({ plan }) => void (plan.target['explorerUrl'] = 'https://example.test/'),
  ),
  forge('another stack', ({ plan }) => void (plan.target['stack'] = 'acme2')),
  forge('another digest of the content', ({ plan }) => void (plan['contentDigest'] = ZEROS)),
  forge('another digest of the files', ({ plan }) => void (plan['treeDigest'] = ZEROS)),
  forge('an end of its life that is over', ({ made }) => void (made.expiresAtMs = made.atMs)),
  forge('a beginning that is to come', ({ made }) => {
    made.atMs += 86_400_000;
    made.expiresAtMs += 86_400_000;
  }),
  forge('another commit', ({ made }) => void (made.commit = 'c'.repeat(40))),
  forge('no commit', ({ made }) => void delete made.commit),
  forge('another body', (document) => void (attributes(changed(document))['message'] = 'Fewer logins.')),
  forge(
    'a body that is switched off',
    (document) => void (attributes(changed(document))['isEnabled'] = false),
  ),
  forge('another digest of a body', (document) => void (changed(document)['desiredDigest'] = ZEROS)),
  forge('another name of an object', (document) => void (changed(document)['name'] = 'Harmless')),
  forge(
    'another dependency',
    (document) => void (changed(document)['dependsOn'] = ['detection-rule/rule-9']),
  ),
  forge('another id at the target', (document) => {
    const other = document.plan.items.find(({ change }) => change['kind'] === 'noop');
    changed(document).remote = { ...other?.remote };
    changed(document).change['remoteId'] = other?.remote?.['id'];
  }),
  forge(
    'another version at the target',
    (document) => void ((changed(document).remote ?? {})['version'] = 99),
  ),
  forge(
    'another state at the target',
    (document) => void ((changed(document).remote ?? {})['digest'] = ZEROS),
  ),
  forge('other fields shown', (document) => void (changed(document).change['fields'] = [])),
  forge('another state before', (document) => void (changed(document).change['before'] = {})),
  forge(
    'another place shown',
    (document) => void (changed(document)['places'] = [{ file: 'x', line: 1, col: 1 }]),
  ),
  forge(
    'a change shown as none',
    (document) => void (changed(document).change = { kind: 'noop', address: changed(document).address }),
  ),
  forge('a change shown as a create', (document) => {
    const item = changed(document);
    item.change = { kind: 'create', address: item.address, after: item.change['after'] };
    delete item.remote;
  }),
  forge('a change left out', (document) => {
    const { address } = changed(document);
    document.plan.items = document.plan.items.filter((item) => item.address !== address);
  }),
  forge('an object twice', (document) => void document.plan.items.push(changed(document))),
  forge('another order', (document) => void document.plan.items.reverse()),
  forge('one more create', (document) => {
    const item = structuredClone(changed(document));
    const address = 'detection-rule/rule-99';
    delete item.remote;
    document.plan.items.push({
      ...item,
      address,
      change: { kind: 'create', address, after: item.change['after'] },
    });
  }),
  forge('one more delete', (document) => {
    const { address, remote } = document.plan.items[0] as Item;
    const gone = 'detection-rule/rule-99';
    const change = { kind: 'delete', address: gone, remoteId: remote?.['id'], before: {} };
    document.plan.items.push({
      address: gone,
      name: address,
      change,
      cause: 'content',
      places: [],
      dependsOn: [],
      ...(remote !== undefined && { remote }),
    });
  }),
  forge('a delete in place of what is kept', (document) => {
    const item = document.plan.items.find(({ change }) => change['kind'] === 'noop') as Item;
    item.change = { kind: 'delete', address: item.address, remoteId: item.remote?.['id'], before: {} };
  }),
  forge('a word of how much may go', ({ plan }) => void (plan.removal['free'] = 1000)),
  forge(
    'a word of how much there is',
    ({ plan }) => void (plan.removal = { removed: 0, managed: 100_000, free: 10_000 }),
  ),
];
