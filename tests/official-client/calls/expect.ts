/** Takes out of an answer what a later call needs. */

/** @throws when the answer has no id where objects of the API have theirs */
export function idOf(answer: unknown): string {
  const { id, data } = answer as { readonly id?: unknown; readonly data?: { readonly id?: unknown } };
  const found = id ?? data?.id;
  if (typeof found !== 'string') throw new Error(`An answer has no id: ${JSON.stringify(answer)}`);
  return found;
}

/** Asks again until there is an answer. @throws after half a minute */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`Waited in vain for ${what}.`);
}

const MAX_ATTEMPTS = 150;
const PAUSE_MS = 200;
