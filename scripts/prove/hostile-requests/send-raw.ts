/** Sends a request as it is written: no path is resolved, no length and no type is put right. */

import { Agent, request as openRequest, type IncomingHttpHeaders } from 'node:http';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface RawRequest {
  readonly method: string;
  /** With its query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export type RawAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
    }
  /** Cut off, not answered in time, or not written as HTTP allows. */
  | { readonly kind: 'none'; readonly reason: string };

export class RawClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(port: number) {
    this.#port = port;
  }

  /** A kept connection that the server has closed meanwhile is tried once more on a new one. */
  async send(sent: RawRequest): Promise<RawAnswer> {
    const first = await this.#once(sent, this.#agent);
    return first.kind === 'none' && first.reason.includes('socket hang up')
      ? this.#once(sent, undefined)
      : first;
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ method, path, headers, body }: RawRequest, agent: Agent | undefined): Promise<RawAnswer> {
    return new Promise((resolve) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sending = openRequest({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers: { ...headers, ...length },
        ...(agent !== undefined && { agent }),
      });
      const timer = setTimeout(
        () => sending.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)),
        TIMEOUT_MS,
      );
      const end = (answer: RawAnswer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      sending.on('error', (error) => end({ kind: 'none', reason: error.message }));
      sending.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > MAX_ANSWER_BYTES) sending.destroy(new Error('the answer does not end'));
          chunks.push(chunk);
        });
        response.on('error', (error) => end({ kind: 'none', reason: error.message }));
        response.on('end', () =>
          end({
            kind: 'answer',
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      sending.end(body);
    });
  }
}
