/** People and programs that read signals and triage them, as fast as they are answered. */

import { Agent, request as openRequest } from 'node:http';
import { isObject } from '../../architecture/manifest.ts';
import { seededRandom, type SeededRandom } from '../../harness/seeded-random.ts';
import type { UpProcess } from '../../harness/up-process.ts';
import { LOGIN_RULE, LOGIN_SPAN } from '../hostile-requests/valid-bodies.ts';

const SIGNALS = '/api/v2/security_monitoring/signals';
const PLANTED_SIGNALS = 500;
/** Of 100 requests. */
const WRITES_PERCENT = 30;
const MAX_ERRORS = 20;

export interface LoadFigures {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly errors: readonly string[];
}

export class Clients {
  readonly #up: UpProcess;
  readonly #agent: Agent;
  readonly #count: number;
  readonly #latenciesMs: number[] = [];
  readonly #errors: string[] = [];
  #signalIds: readonly string[] = [];
  #writes = 0;

  constructor(up: UpProcess, count: number) {
    this.#up = up;
    this.#count = count;
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
  }

  async plant(): Promise<number> {
    await this.#send('POST', '/api/v2/security_monitoring/rules', { ...LOGIN_RULE, filters: [] });
    const spans = Array.from({ length: PLANTED_SIGNALS * 2 }, (_, index) => ({
      ...LOGIN_SPAN,
      id: `load-${index}`,
      timestamp: Date.now(),
      attributes: {
        ...LOGIN_SPAN.attributes,
        http: { client_ip: `198.18.${(index >> 9) & 255}.${(index >> 1) & 255}` },
      },
    }));
    for (let from = 0; from < spans.length; from += 100) {
      await this.#send('POST', '/api/signalwright/spans', spans.slice(from, from + 100));
    }
    const listed = await this.#send('GET', `${SIGNALS}?page[limit]=1000`);
    const { data } = isObject(listed) ? listed : {};
    this.#signalIds = (Array.isArray(data) ? data : []).flatMap((each) =>
      isObject(each) && typeof each['id'] === 'string' ? [each['id']] : [],
    );
    return this.#signalIds.length;
  }

  async run(durationMs: number, seed: number): Promise<LoadFigures> {
    this.#latenciesMs.length = 0;
    this.#writes = 0;
    const endMs = performance.now() + durationMs;
    const work = async (random: SeededRandom): Promise<void> => {
      while (performance.now() < endMs) await this.#one(random);
    };
    await Promise.all(Array.from({ length: this.#count }, (_, index) => work(seededRandom(seed + index))));
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    const at = (share: number): number =>
      Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
    return {
      requests: sorted.length,
      reads: sorted.length - this.#writes,
      writes: this.#writes,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1 - 1e-9),
      errors: this.#errors,
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #one(random: SeededRandom): Promise<void> {
    const startedMs = performance.now();
    const id = this.#signalIds[random.below(this.#signalIds.length)] ?? '';
    if (random.below(100) < WRITES_PERCENT) {
      this.#writes += 1;
      await this.#triage(random, id);
    } else await this.#read(random, id);
    this.#latenciesMs.push(performance.now() - startedMs);
  }

  #triage(random: SeededRandom, id: string): Promise<unknown> {
    switch (random.below(3)) {
      case 0:
        return this.#send('PATCH', `${SIGNALS}/${id}/assignee`, {
          data: { attributes: { assignee: { uuid: '' } } },
        });
      case 1:
        return this.#send('POST', `/api/signalwright/signals/${id}/comments`, {
          data: { attributes: { text: 'Looked at it.' } },
        });
      default: {
        const state = random.below(2) === 0 ? 'open' : 'under_review';
        return this.#send('PATCH', `${SIGNALS}/${id}/state`, { data: { attributes: { state } } });
      }
    }
  }

  #read(random: SeededRandom, id: string): Promise<unknown> {
    switch (random.below(5)) {
      case 0:
        return this.#send('GET', `${SIGNALS}?page[limit]=50&sort=-timestamp`);
      case 1:
        return this.#send('POST', `${SIGNALS}/search`, {
          filter: { query: 'status:high @workflow.triage.state:open', from: 'now-1d', to: 'now' },
          page: { limit: 25 },
        });
      case 2:
        return this.#send('GET', `/api/signalwright/signals/${id}/comments`);
      default:
        return this.#send('GET', `${SIGNALS}/${id}`);
    }
  }

  #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { port, apiKey, applicationKey } = this.#up;
    const fail = (reason: string): undefined => {
      if (this.#errors.length < MAX_ERRORS) this.#errors.push(`${method} ${path}: ${reason}`);
      return undefined;
    };
    return new Promise((resolve) => {
      const sending = openRequest({
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: this.#agent,
        headers: {
          'dd-api-key': apiKey,
          'dd-application-key': applicationKey,
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
        },
      });
      sending.on('error', (error) => resolve(fail(error.message)));
      sending.on('response', (response) => {
        let said = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          said += chunk;
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 300) return resolve(fail(`${status} ${said.slice(0, 100)}`));
          // Whoever asks reads the answer, too.
          resolve(said === '' ? undefined : JSON.parse(said));
        });
      });
      sending.end(text);
    });
  }
}
