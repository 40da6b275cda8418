/**
 * A value that must not be seen. However it is printed, joined, logged or serialised it reads `***`; only
 * `reveal` gives it, and only connectors call that.
 */

import { inspect } from 'node:util';

/** What stands for a secret wherever text is written. */
export const MASK = '***';

export interface SecretOptions {
  /** What people call it, e.g. `secret://slack-webhook`; shown in messages. */
  readonly name?: string;
  /** Hosts that may receive it; without them, any host that the egress rules allow. */
  readonly hosts?: readonly string[];
}

export class Secret {
  readonly #value: string;
  readonly name: string;
  readonly #hosts: readonly string[] | undefined;

  /** Throws RangeError for an empty value: an unset variable must not pass for a secret. */
  constructor(value: string, options: SecretOptions = {}) {
    if (value === '') throw new RangeError(`The secret ${options.name ?? ''} is empty.`);
    this.#value = value;
    this.name = options.name ?? 'secret';
    this.#hosts = options.hosts;
  }

  /** The value itself. Call it in the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  /** Whether a host (as in a URL, lower case) may receive it. */
  isFor(host: string): boolean {
    return this.#hosts === undefined || this.#hosts.includes(host);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
