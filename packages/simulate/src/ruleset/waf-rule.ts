/**
 * A rule in the format of Datadog's WAF engine (libddwaf), schema version 2.2, as far as our rules use it.
 * Source: public rule files and JSON schemas of `DataDog/libddwaf` and `DataDog/appsec-event-rules`.
 */

/** Where a value of a request stands; `key_path` narrows to one header or parameter. */
export interface WafInput {
  readonly address: string;
  readonly key_path?: readonly string[];
}

export interface WafCondition {
  readonly operator: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface WafRule {
  readonly id: string;
  readonly name: string;
  /** `<category>.<type>` is the security activity of a match. */
  readonly tags: { readonly category: string; readonly type: string; readonly module?: 'rasp' };
  /** All must hold. */
  readonly conditions: readonly WafCondition[];
  readonly transformers: readonly string[];
  readonly on_match?: readonly string[];
}

/** Values that a person can type: query, body and path parameters, all decoded by the application. */
export const TYPED_VALUES: readonly WafInput[] = [
  { address: 'server.request.query' },
  { address: 'server.request.body' },
  { address: 'server.request.path_params' },
];

export const RAW_URI: WafInput = { address: 'server.request.uri.raw' };

export const USER_AGENT: WafInput = {
  address: 'server.request.headers.no_cookies',
  key_path: ['user-agent'],
};

/** An RE2 pattern, case-insensitive unless it says otherwise. */
export function matchesRegex(inputs: readonly WafInput[], regex: string): WafCondition {
  return {
    operator: 'match_regex',
    parameters: { inputs, regex, options: { case_sensitive: false } },
  };
}

/** Any of the phrases as a substring; write them in lower case and transform with `lowercase`. */
export function containsPhrase(inputs: readonly WafInput[], list: readonly string[]): WafCondition {
  return { operator: 'phrase_match', parameters: { inputs, list } };
}

/** Operators without an option of their own, such as `is_sqli` and `exists`. */
export function holds(operator: string, inputs: readonly WafInput[]): WafCondition {
  return { operator, parameters: { inputs } };
}
