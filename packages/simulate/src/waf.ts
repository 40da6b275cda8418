/**
 * Datadog's WAF engine, libddwaf through `@datadog/native-appsec`, behind the few words that the sample application
 * needs. The engine is native code and an optional dependency: where it has no build, loading is refused and a
 * story falls back to events recorded from it.
 */

import type { DDWAF } from '@datadog/native-appsec';
import type { DenylistEntry } from '@signalwright/model';
import { compileDenylist, type RefusedEntry } from './denylist-data.ts';
import { RULESET, type Ruleset } from './ruleset/ruleset.ts';
import { readInspection, type Inspection } from './waf-result.ts';

/** Values of one request by the engine's address, such as `http.client_ip`. May hold anything a client sent. */
export type WafAddresses = Readonly<Record<string, unknown>>;

export interface Waf {
  /** Such as 1.30.1. */
  readonly engineVersion: string;
  /** @param nowMs when the request came, on the clock that the denylist's expiry is written in */
  startRequest(nowMs: number): WafRequest;
  /**
   * Replaces the whole list; takes effect with the next request. Entries that have expired at `nowMs` are left out,
   * the others stop blocking when a request comes at or after their expiry.
   *
   * @returns the entries that cannot be enforced, with the reason
   */
  updateDenylist(entries: readonly DenylistEntry[], nowMs: number): readonly RefusedEntry[];
  /** Frees the engine's memory. No request may be started afterwards; those under way may end. */
  close(): void;
}

/** One request under inspection: what is shown stays known, so a rule reports each finding once. */
export interface WafRequest {
  inspect(addresses: WafAddresses): Inspection;
  /** Shows the argument of a dangerous call that the application is about to make; forgotten afterwards. */
  inspectCall(addresses: WafAddresses): Inspection;
  end(): void;
}

export type WafLoad =
  | { readonly ok: true; readonly waf: Waf }
  | { readonly ok: false; readonly refusal: WafRefusal };

export type WafRefusal =
  | { readonly reason: 'not_installed'; readonly detail: string }
  | { readonly reason: 'no_engine'; readonly detail: string }
  | { readonly reason: 'ruleset_refused'; readonly detail: string };

export interface WafOptions {
  readonly ruleset?: Ruleset;
  /** The system clock in milliseconds, which the engine itself compares expiry with. */
  readonly systemNowMs?: () => number;
  /** Loads the engine; a test passes one that has no build. */
  readonly importEngine?: () => Promise<Engine>;
}

/** What we use of the package's module. */
export interface Engine {
  readonly DDWAF: typeof DDWAF;
}

/**
 * Generous against a busy machine: the tracer allows 5 ms, but a story must yield the same events each time it is
 * told. A request takes about 0.1 ms.
 */
const TIMEOUT_US = 2_000_000;
const ENGINE = '@datadog/native-appsec';
const RULES_PATH = 'signalwright/rules';
const DENYLIST_PATH = 'signalwright/denylist';
/** RE2. What was typed into such a field never leaves the engine in clear. */
const SECRET_KEYS = '(?i)pass|pw(?:or)?d|secret|token|api_?key|auth|session';

/** Never throws for a missing engine or a bad rule set: both are answers. */
export async function loadWaf(options: WafOptions = {}): Promise<WafLoad> {
  let engine: Engine;
  try {
    engine = await (options.importEngine ?? importNativeEngine)();
  } catch (cause) {
    return { ok: false, refusal: missingEngine(cause) };
  }
  let instance: DDWAF;
  try {
    instance = new engine.DDWAF(options.ruleset ?? RULESET, RULES_PATH, { obfuscatorKeyRegex: SECRET_KEYS });
  } catch (cause) {
    return { ok: false, refusal: { reason: 'ruleset_refused', detail: firstLine(cause) } };
  }
  const problems = rulesetProblems(instance.diagnostics.rules);
  if (problems.length > 0) {
    instance.dispose();
    return { ok: false, refusal: { reason: 'ruleset_refused', detail: problems.join('; ') } };
  }
  return { ok: true, waf: new NativeWaf(engine.DDWAF.version(), instance, options.systemNowMs ?? Date.now) };
}

class NativeWaf implements Waf {
  readonly engineVersion: string;
  readonly #engine: DDWAF;
  readonly #systemNowMs: () => number;
  #entries: readonly DenylistEntry[] = [];
  #nextExpiryMs: number | undefined;
  #hasDenylist = false;

  constructor(engineVersion: string, engine: DDWAF, systemNowMs: () => number) {
    this.engineVersion = engineVersion;
    this.#engine = engine;
    this.#systemNowMs = systemNowMs;
  }

  startRequest(nowMs: number): WafRequest {
    if (this.#nextExpiryMs !== undefined && nowMs >= this.#nextExpiryMs) {
      this.updateDenylist(this.#entries, nowMs);
    }
    const context = this.#engine.createContext();
    return {
      inspect: (addresses) => readInspection(context.run({ persistent: addresses }, TIMEOUT_US)),
      inspectCall: (addresses) => readInspection(context.run({ ephemeral: addresses }, TIMEOUT_US)),
      end: () => {
        if (!context.disposed) context.dispose();
      },
    };
  }

  updateDenylist(entries: readonly DenylistEntry[], nowMs: number): readonly RefusedEntry[] {
    const { rulesData, refused, nextExpiryMs } = compileDenylist(entries, nowMs, this.#systemNowMs());
    if (rulesData.length > 0) {
      // Never with an empty `data`: see CompiledDenylist.
      const config = { rules_data: rulesData };
      if (!this.#engine.createOrUpdateConfig(config, DENYLIST_PATH)) {
        throw new Error(`The WAF engine refused a denylist of ${entries.length} entries.`);
      }
    } else if (this.#hasDenylist) {
      this.#engine.removeConfig(DENYLIST_PATH);
    }
    this.#hasDenylist = rulesData.length > 0;
    this.#entries = entries;
    this.#nextExpiryMs = nextExpiryMs;
    return refused;
  }

  close(): void {
    if (!this.#engine.disposed) this.#engine.dispose();
  }
}

async function importNativeEngine(): Promise<Engine> {
  const { default: engine } = await import('@datadog/native-appsec');
  return engine;
}

function missingEngine(cause: unknown): WafRefusal {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') {
    return { reason: 'not_installed', detail: `the WAF engine "${ENGINE}" is not installed` };
  }
  return { reason: 'no_engine', detail: firstLine(cause) };
}

/** The engine loads what it can and passes over the rest; a rule that does not protect is an error to us. */
function rulesetProblems(diagnostics: unknown): string[] {
  if (typeof diagnostics !== 'object' || diagnostics === null) return ['no rules were read'];
  const fields: Readonly<Record<string, unknown>> = { ...diagnostics };
  if (typeof fields['error'] === 'string') return [fields['error']];
  const problems = ['failed', 'skipped'].flatMap((list) => {
    const ids = fields[list];
    return Array.isArray(ids) && ids.length > 0 ? [`${list}: ${ids.join(', ')}`] : [];
  });
  return problems.length > 0 ? [...problems, JSON.stringify({ ...fields, loaded: undefined })] : [];
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n', 1)[0] ?? text;
}
