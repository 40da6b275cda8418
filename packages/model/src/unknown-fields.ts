/**
 * What an imported object carries beyond its own fields: fields of the API that this version does not know, and
 * values that the written form cannot hold. Kept, so that nothing is lost between import and compile.
 *
 * Keys are paths in the payload, as in diffs (`options.newThing`, `queries[0].foo`; other names are quoted:
 * `options["a.b"]`); values are JSON. They are laid over what the other fields compile to. `-options.keepAlive: null`
 * takes away what they compile to: the original does not have it.
 */
export type UnknownFields = Readonly<Record<string, unknown>>;

/** More are no leftovers any more: the object as a whole is not understood. */
export const MAX_UNKNOWN_FIELDS = 200;
