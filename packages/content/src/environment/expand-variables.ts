/**
 * `${var.NAME}` in the texts of a file, replaced by what an environment says. `var` is a reserved word of JavaScript,
 * so no expression of a workflow can look like it; `$${var.NAME}` is the text itself.
 */

import type { ContentPath, Diagnostic, Origin, SourceRange, VariableValue } from '@signalwright/model';
import { diagnostic, quoted, someNames } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { Data, DataMap } from '../parse/node-reader.ts';
import { mappedOrigin, pathKey, type ReplacedSpan } from './mapped-origin.ts';

/** What the variables of one environment are, and who else has which. */
export interface VariableScope {
  readonly environment: string;
  /** Undefined when signalwright.yaml cannot be read: then no variable is missed. */
  readonly values: ReadonlyMap<string, VariableValue> | undefined;
  /** Environments that define a variable, by its name. */
  readonly definedIn: ReadonlyMap<string, readonly string[]>;
  /** Where the value of a variable stands. */
  placeOf(name: string): SourceRange | undefined;
}

export interface ExpandedFile {
  readonly data: DataMap;
  /** Finds the characters of a replaced text in the file. */
  readonly origin: Origin;
  readonly problems: readonly Diagnostic[];
  /** Whether a variable has a say in it: a text that only looks like one is the same everywhere. */
  readonly isVaried: boolean;
  /** Keys and texts with a problem: what a schema says about these is no second mistake. */
  readonly broken: readonly SourceRange[];
  /** Texts that are one variable, with its name. */
  readonly wholes: readonly { readonly range: SourceRange; readonly name: string }[];
}

/** Of one file, so that short names cannot make an endless text. */
const MAX_EXPANDED_CHARACTERS = 1024 * 1024;

/** Two forms of the start, so that a slip is found as well: `${ var.A }`, `${var.A-B}`, `${var.A`. */
const START = /\$?\$\{\s*var\./g;
const UNESCAPED_START = /\$\{\s*var\./g;
const WHOLE = /^\$\{var\.([A-Za-z][A-Za-z0-9_]*)\}/;

/** How texts are written that are to be taken as they are: what looks like a variable in them is none. */
export function escapeVariables<T>(value: T): T {
  if (typeof value === 'string') return value.replace(UNESCAPED_START, (start) => `$${start}`) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => escapeVariables(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, escapeVariables(inner)]),
  ) as T;
}

/** @returns undefined when no text of the file holds a variable: then it is the same in every environment */
export function expandVariables(
  data: DataMap,
  origin: Origin,
  scope: VariableScope,
): ExpandedFile | undefined {
  const expander = new Expander(origin, scope);
  const expanded = expander.map(data, []);
  if (!expander.hasVariables) return undefined;
  return {
    data: expanded,
    origin: mappedOrigin(origin, expander.spans),
    problems: expander.problems,
    isVaried: expander.isVaried,
    broken: expander.broken,
    wholes: expander.wholes,
  };
}

class Expander {
  readonly problems: Diagnostic[] = [];
  readonly broken: SourceRange[] = [];
  readonly wholes: { readonly range: SourceRange; readonly name: string }[] = [];
  readonly spans = new Map<string, readonly ReplacedSpan[]>();
  hasVariables = false;
  isVaried = false;
  readonly #origin: Origin;
  readonly #scope: VariableScope;
  #characters = 0;

  constructor(origin: Origin, scope: VariableScope) {
    this.#origin = origin;
    this.#scope = scope;
  }

  map(data: DataMap, path: ContentPath): DataMap {
    const result: Record<string, Data> = Object.create(null) as Record<string, Data>;
    for (const [key, value] of Object.entries(data)) {
      const inner = [...path, key];
      if (key.includes('${var.')) {
        this.hasVariables = true;
        const range = this.#origin.keyRangeOf(inner);
        this.#refuse(
          range,
          diagnostic('env/bad-variable', range, `The key ${quoted(key)} holds a variable.`, {
            hint: 'Variables stand in values; write the key out.',
          }),
        );
      }
      result[key] = this.#value(value, inner);
    }
    return result;
  }

  #value(value: Data, path: ContentPath): Data {
    if (typeof value === 'string') return value.includes('${') ? this.#text(value, path) : value;
    if (Array.isArray(value))
      return (value as readonly Data[]).map((item, index) => this.#value(item, [...path, index]));
    return typeof value === 'object' && value !== null ? this.map(value as DataMap, path) : value;
  }

  #text(text: string, path: ContentPath): Data {
    const spans: ReplacedSpan[] = [];
    let result = '';
    let at = 0;
    let whole: VariableValue | undefined;
    for (const { index, 0: start } of text.matchAll(START)) {
      if (index < at) continue;
      this.hasVariables = true;
      const isEscaped = start.startsWith('$$');
      if (!isEscaped) this.isVaried = true;
      const name = isEscaped ? undefined : WHOLE.exec(text.slice(index))?.[1];
      const end = isEscaped
        ? index + start.length
        : name === undefined
          ? endOfSlip(text, index)
          : index + `\${var.${name}}`.length;
      const value = isEscaped ? start.slice(1) : this.#valueOf(name, path, index, end);
      const replaced = value === undefined ? text.slice(index, end) : String(value);
      result += text.slice(at, index);
      spans.push({
        start: result.length,
        end: result.length + replaced.length,
        writtenStart: index,
        writtenEnd: end,
      });
      result += replaced;
      at = end;
      if (name !== undefined && index === 0 && end === text.length) {
        whole = value;
        this.wholes.push({ range: this.#origin.rangeOf(path), name });
      }
      if (this.#isTooLong(result.length, path)) return text;
    }
    if (spans.length === 0) return text;
    if ((path.length === 1 && path[0] === 'id') || path[0] === 'kind') this.#refuseIdentity(path);
    this.#characters += result.length;
    this.spans.set(pathKey(path), spans);
    // A text that is one variable keeps its type.
    return whole ?? result + text.slice(at);
  }

  #valueOf(
    name: string | undefined,
    path: ContentPath,
    start: number,
    end: number,
  ): VariableValue | undefined {
    const range = this.#origin.rangeInScalar(path, start, end);
    if (name === undefined) {
      this.#refuse(
        this.#origin.rangeOf(path),
        diagnostic('env/bad-variable', range, 'This is no name of a variable.', {
          hint: 'Write ${var.NAME} without blanks: a letter, then letters, digits and _. $${var. is the text itself.',
        }),
      );
      return undefined;
    }
    const { environment, values, definedIn } = this.#scope;
    const value = values?.get(name);
    // That there are no values, or what is wrong with this one, is said in signalwright.yaml.
    if (values === undefined || holdsVariable(value)) {
      this.broken.push(this.#origin.rangeOf(path));
      return undefined;
    }
    if (value !== undefined) return value;
    const others = definedIn.get(name) ?? [];
    if (others.length > 0) {
      // Where it is missing is added when the environments are put together: `mergeFindings`.
      const message = `The variable ${quoted(name)} is not defined.`;
      const hint = `Define it there too: environments.${environment}.variables; it is defined in ${someNames(others)}.`;
      this.#refuse(this.#origin.rangeOf(path), diagnostic('env/missing-variable', range, message, { hint }));
      return undefined;
    }
    const hint =
      didYouMean(name, definedIn.keys()) ?? `Define it: environments.${environment}.variables.${name}`;
    this.#refuse(
      this.#origin.rangeOf(path),
      diagnostic('env/unknown-variable', range, `No environment defines the variable ${quoted(name)}.`, {
        hint,
      }),
    );
    return undefined;
  }

  #refuseIdentity(path: ContentPath): void {
    const range = this.#origin.rangeOf(path);
    this.#refuse(
      range,
      diagnostic(
        'env/variable-in-identity',
        range,
        `The ${String(path[0])} of an object is the same everywhere.`,
        {
          hint: 'Write it out; what differs between environments is its content.',
        },
      ),
    );
  }

  #isTooLong(length: number, path: ContentPath): boolean {
    if (this.#characters + length <= MAX_EXPANDED_CHARACTERS) return false;
    const range = this.#origin.rangeOf(path);
    const message = `With its variables the file has more than ${MAX_EXPANDED_CHARACTERS} characters.`;
    if (this.problems.every((each) => each.code !== 'env/text-too-long')) {
      this.#refuse(range, diagnostic('env/text-too-long', range, message));
    } else this.broken.push(range);
    return true;
  }

  #refuse(place: SourceRange, problem: Diagnostic): void {
    this.problems.push(problem);
    this.broken.push(place);
  }
}

/** Variables do not stand in variables: `checkVariables` says so where the value stands. */
export function holdsVariable(value: VariableValue | undefined): boolean {
  return typeof value === 'string' && value.includes('${var.');
}

/** Up to the closing brace, if there is one soon: what the caret stands under. */
function endOfSlip(text: string, start: number): number {
  const close = text.indexOf('}', start);
  const line = /\s*(\n|$)/g;
  line.lastIndex = start;
  const end = line.exec(text)?.index ?? text.length;
  return close === -1 || close > end ? end : close + 1;
}
