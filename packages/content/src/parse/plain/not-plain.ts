/** How the reader of plain YAML says that a file is not for it. */

/** Made once: nobody looks at its stack, and making one takes longer than reading most files. */
const NOT_PLAIN = new Error('This YAML is not plain.');

export function notPlain(): never {
  throw NOT_PLAIN;
}

export function isNotPlain(error: unknown): boolean {
  return error === NOT_PLAIN;
}
