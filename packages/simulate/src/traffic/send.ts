/**
 * Sends one request of a story over the wire. `node:http` rather than `fetch`, because `fetch` tidies `/../` out of
 * a path, and that is half of what there is to send.
 */

import { Agent, request as openRequest, type IncomingMessage } from 'node:http';
import { STORY_HEADER } from '../app/incoming.ts';
import { SITES } from '../app/sites.ts';
import { traceIdAt } from '../trace-id.ts';
import type { StoryRequest } from './story-request.ts';

export interface Sender {
  /**
   * @param startMs when the story begins, Unix time in milliseconds
   * @returns the status
   * @throws when the application does not answer in time
   */
  send(request: StoryRequest, startMs: number): Promise<number>;
  /** Closes the kept connections. */
  close(): void;
}

export interface Destination {
  readonly url: string;
  readonly storyKey: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

export function createSender(destination: Destination, maxConnections: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections });
  const { hostname, port } = new URL(destination.url);
  const cookies = new Map<string, string>();

  const send = (request: StoryRequest, startMs: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const traceId = traceIdAt(request.traceId, startMs);
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      const cookie = request.cookieJar === undefined ? undefined : cookies.get(request.cookieJar);
      const outgoing = openRequest({
        agent,
        hostname,
        port,
        method: request.method,
        path: request.target,
        timeout: TIMEOUT_MS,
        headers: {
          host: SITES[request.site].host,
          'user-agent': request.userAgent,
          'x-forwarded-for': request.clientIp,
          traceparent: `00-${traceId}-${traceId.slice(0, 16)}-01`,
          [STORY_HEADER]: `${destination.storyKey};${startMs + request.offsetMs}`,
          ...(cookie !== undefined && { cookie }),
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer in ${TIMEOUT_MS / 1000} s.`)));
      outgoing.on('error', reject);
      outgoing.on('response', (answer) => {
        const session = answer.headers['set-cookie']?.[0]?.split(';', 1)[0];
        if (session !== undefined && request.cookieJar !== undefined) cookies.set(request.cookieJar, session);
        drain(answer).then(() => resolve(answer.statusCode ?? 0), reject);
      });
      outgoing.end(body);
    });

  return { send, close: () => agent.destroy() };
}

/** Reads the answer to its end, which frees the connection for the next request. */
async function drain(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`The answer is longer than ${MAX_ANSWER_BYTES} bytes.`);
  }
}
