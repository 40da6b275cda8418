/**
 * How many requests each route answered, with which status, and how long they took. What can be told apart is bounded:
 * by the route table, by the statuses that answers have, and by the steps of time; nothing of a request is a label.
 */

import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';

/** Upper ends in seconds. Chosen: from what an index answers to what people leave for. */
export const LATENCY_STEPS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface RouteFigures {
  readonly method: string;
  /** As the route table has it; `none` for what is not in it. */
  readonly route: string;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Requests that took no longer than each of the steps, and one more for all. */
  readonly byStep: readonly number[];
  readonly seconds: number;
}

interface Figures {
  readonly method: string;
  readonly route: string;
  readonly byStatus: Map<number, number>;
  readonly byStep: number[];
  seconds: number;
}

export class RequestMetrics {
  readonly #routes = new Map<string, Figures>();
  readonly #lag: IntervalHistogram;

  constructor() {
    this.#lag = monitorEventLoopDelay({ resolution: 20 });
    this.#lag.enable();
  }

  /** @returns what to call with the status once the answer is there */
  begin(method: string, route: string): (status: number) => void {
    const startedMs = performance.now();
    return (status) => this.#add(method, route, status, (performance.now() - startedMs) / 1_000);
  }

  routes(): readonly RouteFigures[] {
    return [...this.#routes.values()];
  }

  /** Seconds by which the event loop was late since the last call: at the middle, of 99 in 100, at most. */
  takeLag(): { readonly p50: number; readonly p99: number; readonly max: number } {
    const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
    const lag = {
      p50: seconds(this.#lag.percentile(50)),
      p99: seconds(this.#lag.percentile(99)),
      max: seconds(this.#lag.max),
    };
    this.#lag.reset();
    return lag;
  }

  close(): void {
    this.#lag.disable();
  }

  #add(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route}`;
    let figures = this.#routes.get(key);
    if (figures === undefined) {
      const byStep = Array.from({ length: LATENCY_STEPS.length + 1 }, () => 0);
      figures = { method, route, byStatus: new Map(), byStep, seconds: 0 };
      this.#routes.set(key, figures);
    }
    figures.byStatus.set(status, (figures.byStatus.get(status) ?? 0) + 1);
    figures.seconds += seconds;
    const { byStep } = figures;
    for (let step = 0; step < byStep.length; step += 1) {
      if (seconds <= (LATENCY_STEPS[step] ?? Number.POSITIVE_INFINITY))
        byStep[step] = (byStep[step] ?? 0) + 1;
    }
  }
}
