/** A client that writes without a pause, and remembers what was acknowledged. */

import { Agent, request as openRequest } from 'node:http';
import { isObject } from '../../architecture/manifest.ts';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { UpProcess } from '../../harness/up-process.ts';
import { LOGIN_RULE, LOGIN_SPAN } from '../hostile-requests/valid-bodies.ts';
import type { Acknowledged } from './ledger.ts';

/** Each opens a signal at its second event and tells a handle that nobody answers to. */
const TOLD_RULE = {
  ...LOGIN_RULE,
  filters: [],
  cases: [{ name: 'burst', condition: 'failures > 1', status: 'high', notifications: ['@webhook-nobody'] }],
};

const SUPPRESSIONS = '/api/v2/security_monitoring/configuration/suppressions';
const SIGNALS = '/api/v2/security_monitoring/signals';
const RULES = '/api/v2/security_monitoring/rules';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface WriterCounts {
  /** Answered with 2xx. */
  readonly acknowledged: number;
  /** Answered otherwise: with a load like this none may be. */
  readonly refused: readonly string[];
  /** Begun by the server and not answered; after SIGKILL these are open, after SIGTERM there may be none. */
  readonly cut: number;
}

/** Of one process of the org; what it remembers outlives it. */
export class Writer {
  readonly #up: UpProcess;
  readonly #random: SeededRandom;
  readonly #ledger: Acknowledged[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #refused: string[] = [];
  #signalIds: readonly string[] = [];
  #acknowledged = 0;
  #cut = 0;
  #isStopped = false;

  constructor(up: UpProcess, random: SeededRandom, ledger: Acknowledged[]) {
    this.#up = up;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** The rule and some signals, so that there is something to work on. */
  async prepare(): Promise<void> {
    const rules = await this.#send('GET', RULES);
    if (!JSON.stringify(rules?.body).includes(LOGIN_RULE.name)) await this.#send('POST', RULES, TOLD_RULE);
    await this.#writeEvents();
    await this.#look();
  }

  /** Writes until it is stopped or nobody answers. */
  async run(): Promise<void> {
    for (let round = 0; !this.#isStopped; round += 1) {
      if (!(await this.#write())) return;
      if (round % 50 === 0) await this.#look();
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  counts(): WriterCounts {
    this.#agent.destroy();
    return { acknowledged: this.#acknowledged, refused: this.#refused, cut: this.#cut };
  }

  #write(): Promise<boolean> {
    switch (this.#random.below(6)) {
      case 0:
        return this.#writeEvents();
      case 1:
        return this.#comment();
      case 2:
        return this.#move();
      case 3:
        return this.#block();
      case 4:
        return this.#suppress();
      default:
        return this.#invite();
    }
  }

  async #writeEvents(): Promise<boolean> {
    const address = this.#address();
    const ids = [0, 1].map((index) => `${address}-${index}`);
    const spans = ids.map((id) => ({
      ...LOGIN_SPAN,
      id,
      timestamp: Date.now(),
      attributes: { ...LOGIN_SPAN.attributes, http: { client_ip: address } },
    }));
    return this.#note(await this.#send('POST', '/api/signalwright/spans', spans), () => ({
      kind: 'events',
      ids,
      address,
    }));
  }

  async #comment(): Promise<boolean> {
    const path = `/api/signalwright/signals/${this.#signalId()}/comments`;
    const answer = await this.#send('POST', path, { data: { attributes: { text: 'Looked at it.' } } });
    return this.#note(answer, (id) => ({ kind: 'comment', id }));
  }

  async #move(): Promise<boolean> {
    const signalId = this.#signalId();
    const comment = `because ${this.#address()}`;
    const path = `${SIGNALS}/${signalId}/state`;
    const archived = {
      state: 'archived',
      archive_reason: 'testing_or_maintenance',
      archive_comment: comment,
    };
    const moved = await this.#send('PATCH', path, { data: { attributes: archived } });
    const isNoted = this.#note(moved, () => undefined);
    // Another may have archived it in between, and then nothing was written.
    const audit = isObject(moved?.body) && JSON.stringify(moved.body).includes(comment);
    if (isNoted && audit) this.#ledger.push({ kind: 'state', signalId, comment });
    if (!isNoted) return false;
    const reopened = await this.#send('PATCH', path, { data: { attributes: { state: 'open' } } });
    return this.#note(reopened, () => undefined);
  }

  async #block(): Promise<boolean> {
    const address = this.#address();
    const body = { data: { attributes: { kind: 'ip', value: address, reason: 'Attacks.' } } };
    const answer = await this.#send('POST', '/api/signalwright/denylist', body);
    return this.#note(answer, () => ({ kind: 'block', address }));
  }

  async #suppress(): Promise<boolean> {
    const attributes = {
      name: 'Load test',
      enabled: false,
      rule_query: 'source:shop',
      suppression_query: 'env:load',
    };
    const made = await this.#send('POST', SUPPRESSIONS, { data: { type: 'suppressions', attributes } });
    const id = idOf(made);
    if (!this.#note(made, () => undefined) || id === undefined) return false;
    this.#ledger.push({ kind: 'suppression', id, version: 1 });
    const changed = await this.#send('PATCH', `${SUPPRESSIONS}/${id}`, {
      data: { type: 'suppressions', attributes: { name: 'Load test, again' } },
    });
    if (!this.#note(changed, () => ({ kind: 'suppression', id, version: 2 }))) return false;
    // A few are enough; the org holds a bounded number of them.
    const removed = await this.#send('DELETE', `${SUPPRESSIONS}/${id}`);
    const isRemoved = this.#note(removed, () => undefined);
    this.#forget(id);
    return isRemoved;
  }

  async #invite(): Promise<boolean> {
    const email = `${this.#address().replaceAll(':', '-')}@example.com`;
    const answer = await this.#send('POST', '/api/v2/users', {
      data: { type: 'users', attributes: { email } },
    });
    return this.#note(answer, (id) => ({ kind: 'user', id }));
  }

  /** An object that was asked to go may be gone, acknowledged or not. */
  #forget(id: string): void {
    const kept = this.#ledger.filter((entry) => entry.kind !== 'suppression' || entry.id !== id);
    this.#ledger.splice(0, this.#ledger.length, ...kept);
  }

  async #look(): Promise<void> {
    const listed = await this.#send('GET', `${SIGNALS}?page[limit]=50`);
    const { data } = isObject(listed?.body) ? listed.body : {};
    if (!Array.isArray(data)) return;
    this.#signalIds = data.flatMap((each) =>
      isObject(each) && typeof each['id'] === 'string' ? [each['id']] : [],
    );
  }

  #signalId(): string {
    return this.#signalIds[this.#random.below(this.#signalIds.length)] ?? 'none';
  }

  /** Of the range for documentation, and a new one as good as always. */
  #address(): string {
    const part = (): string => (1 + this.#random.below(0xffff)).toString(16);
    return `2001:db8:${part()}:${part()}:${part()}:${part()}:${part()}:1`;
  }

  /** @returns false when there was no answer */
  #note(answer: Answer | undefined, entryOf: (id: string) => Acknowledged | undefined): boolean {
    if (answer === undefined) return false;
    if (answer.status >= 300) {
      this.#refused.push(`${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
      return true;
    }
    this.#acknowledged += 1;
    const entry = entryOf(idOf(answer) ?? '');
    if (entry !== undefined) this.#ledger.push(entry);
    return true;
  }

  /** The server says `100 Continue` once it has begun with a request: one without an answer after that was cut. */
  #send(method: string, path: string, body?: unknown): Promise<Answer | undefined> {
    const { port, apiKey, applicationKey } = this.#up;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      let isBegun = false;
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
            expect: '100-continue',
          }),
        },
      });
      sending.on('continue', () => {
        isBegun = true;
        sending.end(text);
      });
      sending.on('error', () => {
        if (isBegun) this.#cut += 1;
        resolve(undefined);
      });
      sending.on('response', (response) => {
        let said = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          said += chunk;
        });
        response.on('error', () => resolve(undefined));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(said) }));
      });
      if (text === undefined) sending.end();
      else sending.flushHeaders();
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idOf(answer: Answer | undefined): string | undefined {
  const body = isObject(answer?.body) ? answer.body : {};
  const { data = body } = body;
  return isObject(data) && typeof data['id'] === 'string' ? data['id'] : undefined;
}
