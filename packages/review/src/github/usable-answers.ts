/**
 * GitHub's answers as far as a program can use them. octokit takes whatever comes with 200 for what was asked for, the
 * page of a proxy or half of an answer too; here such an answer is a 502, which says that nobody knows what was done.
 */

/** The tree of a large repository is the largest: about 7 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

type Fetch = typeof globalThis.fetch;

/**
 * @param baseUrl of the API; nothing is asked of any other host, since the token goes with each request
 * @returns a `fetch` whose answers are bounded, and JSON where they say that all is well
 */
export function usableAnswers(fetch: Fetch, baseUrl: string): Fetch {
  const { origin } = new URL(baseUrl);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new TypeError(`GitHub's answer names another host: ${url.host}`);
    const response = await fetch(input, init);
    const text = await readText(response);
    if (text === undefined) return unusable(response, `is longer than ${MAX_ANSWER_BYTES} bytes`);
    if (response.ok && text !== '' && !isJson(text)) return unusable(response, 'is no JSON');
    const { status, statusText, headers } = response;
    return new Response(text === '' ? null : text, { status, statusText, headers: withoutLength(headers) });
  };
}

/** @returns undefined for an answer that is too long */
async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unusable({ status }: Response, what: string): Response {
  return Response.json({ message: `The answer (${status}) ${what}.` }, { status: 502 });
}

/** They speak of the bytes that came, which are text by now. */
function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name);
  return kept;
}
