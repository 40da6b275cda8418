/** Sockets that send a byte of a header now and then, for ever: what they hold must be taken from them. */

import { connect, type Socket } from 'node:net';

const BYTE_EVERY_MS = 1_000;

export class SlowSockets {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  readonly #ages: number[] = [];
  readonly #ticker: NodeJS.Timeout;
  #isStopped = false;

  /** Opens so many, and another for each that is cut off. */
  constructor(port: number, count: number) {
    this.#port = port;
    for (let index = 0; index < count; index += 1) this.#open();
    this.#ticker = setInterval(() => {
      for (const socket of this.#sockets) socket.write('a');
    }, BYTE_EVERY_MS);
  }

  /** Those that stand now. */
  get open(): number {
    return this.#sockets.size;
  }

  /** How many the server has cut off, and how long the longest stood. */
  stop(): { readonly cutOff: number; readonly longestMs: number } {
    this.#isStopped = true;
    clearInterval(this.#ticker);
    for (const socket of this.#sockets) socket.destroy();
    return { cutOff: this.#ages.length, longestMs: Math.round(Math.max(0, ...this.#ages)) };
  }

  #open(): void {
    const socket = connect(this.#port, '127.0.0.1');
    // It stands from here on: where many come at once, the system lets some knock for seconds.
    let openedMs = Number.NaN;
    socket.on('connect', () => {
      openedMs = performance.now();
      this.#sockets.add(socket);
      socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nX-Slow: `);
    });
    socket.on('error', () => undefined);
    // Whatever is answered is read, as the end is otherwise not seen.
    socket.resume();
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#isStopped) return;
      if (!Number.isNaN(openedMs)) this.#ages.push(performance.now() - openedMs);
      this.#open();
    });
  }
}
