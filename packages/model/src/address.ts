/** Identity of content: `<kind>/<id>`. It is written in the file and survives renames and moves of the file. */

export const KINDS = [
  'detection-rule',
  'notification-rule',
  'suppression',
  'saved-view',
  'workflow',
] as const;

export type Kind = (typeof KINDS)[number];

export type Address = `${Kind}/${string}`;

const ID = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;

/** Ids are kebab-case ASCII, 1 to 64 characters, so that they are safe in tags, URLs, queries and file names. */
export const ID_PATTERN = ID.source;

export function isId(text: string): boolean {
  return ID.test(text);
}

export function addressOf(kind: Kind, id: string): Address {
  return `${kind}/${id}`;
}

/** @returns undefined when `text` is not `<kind>/<id>` */
export function parseAddress(text: string): { readonly kind: Kind; readonly id: string } | undefined {
  const slash = text.indexOf('/');
  const kind = KINDS.find((known) => known === text.slice(0, slash));
  const id = text.slice(slash + 1);
  return kind === undefined || !isId(id) ? undefined : { kind, id };
}
