/**
 * Turns errors of the schema validator into diagnostics with the most specific place: the unknown key, the scalar that
 * is out of bounds, the map that lacks a key. Alternatives (`oneOf`) become one diagnostic about the form that was meant.
 */

import type { ContentPath, Diagnostic, DiagnosticCode, Origin, SourceRange } from '@signalwright/model';
import { diagnostic, quoted, type DiagnosticDetails } from '../diagnostic.ts';
import { QUERY_KEYS } from '../parse/guard-tokens.ts';
import { caseFix, listFix, renameFix, typeFix } from '../fix/schema-fixes.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { familiarHint, notYet, ownedHint } from './familiar-keys.ts';
import { capital, describe, exampleText, listText, title, TYPE_NAMES } from './error-words.ts';
import { resolveRef, type JsonSchema, type SchemaName } from './schemas.ts';
import { branchReference, hasForm, schemaErrors, type SchemaError } from './validator.ts';

/** A file with more diagnostics than this has one cause that the first ones tell. */
const MAX_DIAGNOSTICS = 50;
/** Errors are compared with each other, and one mistake can bring several; of more only the first are looked at. */
const MAX_ERRORS = 1_000;

/** Diagnostics of `data` against the schema called `name`, in the order of the file. */
export function validate(name: SchemaName, data: unknown, origin: Origin): readonly Diagnostic[] {
  const locator = new Locator(name, data, origin);
  locator.add(schemaErrors(`${name}.json`, data), []);
  return locator.diagnostics();
}

class Locator {
  readonly #name: SchemaName;
  readonly #data: unknown;
  readonly #origin: Origin;
  readonly #found: Diagnostic[] = [];

  constructor(name: SchemaName, data: unknown, origin: Origin) {
    this.#name = name;
    this.#data = data;
    this.#origin = origin;
  }

  diagnostics(): readonly Diagnostic[] {
    const seen = new Set<string>();
    return this.#found
      .filter((each) => {
        const key = `${each.code} ${each.range.start.line}:${each.range.start.col} ${each.message}`;
        return seen.has(key) ? false : seen.add(key);
      })
      .toSorted((a, b) => a.range.start.line - b.range.start.line || a.range.start.col - b.range.start.col)
      .slice(0, MAX_DIAGNOSTICS);
  }

  /** @param base path of the value that was validated on its own */
  add(all: readonly SchemaError[], base: ContentPath): void {
    const errors = all.slice(0, MAX_ERRORS);
    const alternatives = errors.filter((error) => error.keyword === 'oneOf' && !isChoiceOfKeys(error));
    const forms = alternatives.map((error) => this.#pathOf(error, base));
    const guessed = new Set<string>();
    for (const error of errors) {
      const path = this.#pathOf(error, base);
      if (forms.some((form) => isWithin(path, form))) continue;
      if (error.keyword === 'additionalProperties') this.#unknownKey(error, path, guessed);
    }
    for (const error of errors) {
      const path = this.#pathOf(error, base);
      if (forms.some((form) => isWithin(path, form))) continue;
      this.#one(error, path, guessed);
    }
    alternatives.forEach((error, index) => {
      const path = forms[index] ?? [];
      const isInner = forms.some(
        (form, other) => other !== index && form.length < path.length && isWithin(path, form),
      );
      if (!isInner) this.#noForm(error, path);
    });
  }

  #one(error: SchemaError, path: ContentPath, guessed: ReadonlySet<string>): void {
    if (error.data === null && VALUE_KEYWORDS.has(error.keyword)) return this.#noValue(path);
    // A choice of keys fails on anything but a map too; that it is none has been said.
    if (KEYS_KEYWORDS.has(error.keyword) && !isMap(error.data)) return;
    switch (error.keyword) {
      case 'required':
        return isInChoice(error) ? undefined : this.#missingKey(error, path, guessed);
      case 'type':
        return this.#wrongType(error, path);
      case 'enum':
      case 'const':
        return this.#notAllowed(error, path);
      case 'pattern':
      case 'format':
        return this.#badFormat(error, path);
      case 'minimum':
      case 'maximum':
        return this.#outOfRange(error, path);
      case 'minLength':
      case 'maxLength':
        return this.#badLength(error, path);
      case 'minItems':
      case 'maxItems':
      case 'minProperties':
      case 'maxProperties':
        return this.#wrongCount(error, path);
      case 'uniqueItems':
        return this.#duplicateItem(error, path);
      case 'not':
        return this.#exclusiveKeys(error, path, listOf(error.schema, 'required'));
      case 'oneOf':
      case 'anyOf':
        return this.#choiceOfKeys(error, path, guessed);
      default:
        // additionalProperties has been seen; propertyNames, items and if only repeat what their parts say.
        return undefined;
    }
  }

  #unknownKey(error: SchemaError, path: ContentPath, guessed: Set<string>): void {
    const key = String(error.params['additionalProperty']);
    const range = this.#origin.keyRangeOf([...path, key]);
    const later = notYet(this.#name, key);
    if (later !== undefined) {
      this.#found.push(diagnostic('schema/not-yet', range, later));
      return;
    }
    const known = Object.keys((error.parentSchema?.['properties'] as JsonSchema | undefined) ?? {});
    const near = nearest(key, known);
    if (near !== undefined) guessed.add(near);
    const familiar =
      (this.#name === 'default-rule' && path.length === 0 ? ownedHint(key, known) : undefined) ??
      familiarHint(key, known);
    if (familiar !== undefined)
      for (const name of known) if (familiar.includes(` ${name} here`)) guessed.add(name);
    const fallback = known.length === 0 ? undefined : `Known keys: ${known.join(', ')}.`;
    const hint = familiar ?? didYouMean(key, known) ?? fallback;
    const isWritten = (name: string): boolean => Object.hasOwn(error.data as object, name);
    this.#report('schema/unknown-key', range, `The key ${quoted(key)} is not known here.`, {
      hint,
      fix: renameFix(key, known, isWritten, range),
    });
  }

  #missingKey(error: SchemaError, path: ContentPath, guessed: ReadonlySet<string>): void {
    const key = String(error.params['missingProperty']);
    // A misspelt key is one mistake, not two.
    if (guessed.has(key)) return;
    const property = (error.parentSchema?.['properties'] as Record<string, JsonSchema> | undefined)?.[key];
    const schema = property === undefined ? {} : resolveRef(property, this.#name);
    const constant = typeof schema['const'] === 'string' ? ` ${schema['const']}.` : undefined;
    const what = constant ?? (typeof schema['description'] === 'string' ? ` ${schema['description']}` : '');
    const values = Array.isArray(schema['enum']) ? ` One of: ${schema['enum'].join(', ')}.` : '';
    this.#report('schema/missing-key', this.#placeOf(path), `The key "${key}" is missing.`, {
      hint: `Add ${key}:${what}${values}`,
    });
  }

  #noValue(path: ContentPath): void {
    const name = path.at(-1);
    const what = typeof name === 'string' ? `The key "${name}"` : 'This item';
    this.#report('schema/no-value', this.#placeOf(path), `${what} has no value.`, {
      hint:
        typeof name === 'string' && QUERY_KEYS.has(name)
          ? 'Write a query; one that starts with # is read as a comment and must be quoted.'
          : 'Write a value, or leave the key out to have its default.',
    });
  }

  #wrongType(error: SchemaError, path: ContentPath): void {
    const allowed = [error.schema].flat().map((type) => TYPE_NAMES[String(type)] ?? String(type));
    const message = `Expected ${title(error) ?? listText(allowed)}, found ${describe(error.data)}.`;
    const range = this.#placeOf(path);
    const types = [error.schema].flat();
    const items = error.parentSchema?.['items'];
    const isListOfTexts =
      types.includes('array') &&
      typeof items === 'object' &&
      resolveRef(items as JsonSchema, this.#name)['type'] === 'string';
    this.#report('schema/wrong-type', range, message, {
      hint: this.#typeHint(error, path),
      fix:
        typeFix(types, error.data, range, (text) => hasForm(text, error.parentSchema)) ??
        (isListOfTexts ? listFix(error.data, range) : undefined),
    });
  }

  #typeHint(error: SchemaError, path: ContentPath): string | undefined {
    const types = [error.schema].flat();
    const { data } = error;
    if (types.includes('boolean') && typeof data === 'string' && /^(yes|no|on|off)$/i.test(data)) {
      return `YAML 1.2 reads ${data} as text: write ${/^(yes|on)$/i.test(data) ? 'true' : 'false'}.`;
    }
    const isCollection = typeof data === 'object' && data !== null;
    if (
      types.includes('string') &&
      isCollection &&
      !types.includes(Array.isArray(data) ? 'array' : 'object')
    ) {
      return 'A text that starts with [ or { is read as a list or map: quote it.';
    }
    const examples = exampleText(error);
    if (examples !== undefined) return examples;
    if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) {
      return `Quote it: '${String(data)}'`;
    }
    if (types.includes('array') && data !== null && typeof data !== 'object') {
      const name = path.at(-1);
      return typeof name === 'string' ? `Write a list: ${name}: [${String(data)}]` : 'Write a list.';
    }
    return typeof error.parentSchema?.['description'] === 'string'
      ? error.parentSchema['description']
      : undefined;
  }

  #notAllowed(error: SchemaError, path: ContentPath): void {
    const allowed = (error.keyword === 'const' ? [error.schema] : (error.schema as unknown[])).map(String);
    const guess = typeof error.data === 'string' ? didYouMean(error.data, allowed) : undefined;
    const all = allowed.length === 1 ? `Write ${allowed[0]}.` : `One of: ${allowed.join(', ')}.`;
    const key = path.findLast((step) => typeof step === 'string') ?? 'the file';
    const message = `${quoted(error.data)} is not a value of "${key}".`;
    const range = this.#placeOf(path);
    const fix = caseFix(error.data, allowed, range);
    this.#report('schema/not-allowed', range, message, { hint: guess ?? all, fix });
  }

  #badFormat(error: SchemaError, path: ContentPath): void {
    const written = (error as { readonly propertyName?: string }).propertyName ?? error.data;
    const isKey = (error as { readonly propertyName?: string }).propertyName !== undefined;
    const range = isKey ? this.#origin.keyRangeOf([...path, String(written)]) : this.#placeOf(path);
    const what = title(error) ?? `a value of ${this.#nameOf(error, path)}`;
    const description = error.parentSchema?.['description'];
    const hint = [typeof description === 'string' ? description : undefined, exampleText(error)];
    this.#report('schema/bad-format', range, `${quoted(written)} is not ${what}.`, {
      hint: hint.filter((part) => part !== undefined).join(' ') || undefined,
    });
  }

  #outOfRange(error: SchemaError, path: ContentPath): void {
    const { minimum, maximum } = (error.parentSchema ?? {}) as { minimum?: number; maximum?: number };
    const bounds = maximum === undefined ? `${minimum} or more` : `${minimum ?? 0} to ${maximum}`;
    const message = `${quoted(error.data)} is out of range for ${this.#nameOf(error, path)}.`;
    this.#report('schema/out-of-range', this.#placeOf(path), message, { hint: `Write ${bounds}.` });
  }

  #badLength(error: SchemaError, path: ContentPath): void {
    const length = [...String(error.data)].length;
    const message =
      error.keyword === 'minLength'
        ? `The text of ${this.#nameOf(error, path)} is empty.`
        : `The text of ${this.#nameOf(error, path)} has ${length} characters; at most ${String(error.schema)} are allowed.`;
    const { propertyName } = error as { readonly propertyName?: string };
    const range =
      propertyName === undefined ? this.#placeOf(path) : this.#origin.keyRangeOf([...path, propertyName]);
    this.#report('schema/bad-length', range, message);
  }

  #wrongCount(error: SchemaError, path: ContentPath): void {
    const limit = Number(error.schema);
    const what = error.keyword.endsWith('Items') ? 'items' : 'keys';
    const isLow = error.keyword.startsWith('min');
    const count =
      what === 'items' ? (error.data as unknown[]).length : Object.keys(error.data as object).length;
    const message =
      count === 0
        ? `${capital(this.#nameOf(error, path))} is empty.`
        : `${capital(this.#nameOf(error, path))} has ${count} ${what}.`;
    const isSelector = path[0] === 'selectors';
    const atLeast = isSelector ? `At least ${limit}; leave the key out to mean any.` : `At least ${limit}.`;
    const hint = isLow ? atLeast : `At most ${limit}.`;
    this.#report('schema/wrong-count', this.#placeOf(path), message, { hint });
  }

  #duplicateItem(error: SchemaError, path: ContentPath): void {
    const { i, j } = error.params as { readonly i: number; readonly j: number };
    const item = (error.data as readonly unknown[])[i];
    this.#report(
      'schema/duplicate-item',
      this.#origin.rangeOf([...path, Math.max(i, j)]),
      `${quoted(item)} is in the list twice.`,
      {
        hint: 'Keep one of them.',
        related: [{ message: 'First written here.', range: this.#origin.rangeOf([...path, Math.min(i, j)]) }],
      },
    );
  }

  #exclusiveKeys(error: SchemaError, path: ContentPath, keys: readonly string[]): void {
    const written = Object.keys(error.data as object).filter((key) => keys.includes(key));
    const last = written.at(-1) ?? '';
    const message = `${listText(
      written.map((key) => `"${key}"`),
      'and',
    )} cannot stand together.`;
    this.#report('schema/exclusive-keys', this.#origin.keyRangeOf([...path, last]), message, {
      hint: 'Keep one of them.',
    });
  }

  #choiceOfKeys(error: SchemaError, path: ContentPath, guessed: ReadonlySet<string>): void {
    const branches = error.schema as readonly JsonSchema[];
    const keys = branches.flatMap((branch) => listOf(branch, 'required'));
    if (Array.isArray(error.params['passingSchemas'])) return this.#exclusiveKeys(error, path, keys);
    if (keys.some((key) => guessed.has(key))) return;
    const message = `One of the keys ${listText(keys.map((key) => `"${key}"`))} is needed.`;
    const properties = (error.parentSchema?.['properties'] ?? {}) as Record<string, JsonSchema>;
    const hints = keys.map((key) => {
      const description =
        properties[key] === undefined ? '' : resolveRef(properties[key], this.#name)['description'];
      return `${key}: ${String(description)}`;
    });
    this.#report('schema/missing-key', this.#placeOf(path), message, { hint: hints.join(' ') });
  }

  /** None of the forms fits: tells what is wrong with the one that fits best. */
  #noForm(error: SchemaError, path: ContentPath): void {
    if (error.data === null) return this.#noValue(path);
    const branches = error.schema as readonly JsonSchema[];
    const tried = branches.map((branch) => {
      const reference = branchReference(branch, this.#name);
      const errors = reference === undefined ? undefined : schemaErrors(reference, error.data);
      return { errors, misfit: errors === undefined ? CONST_MISFIT : misfitOf(errors) };
    });
    const least = Math.min(...tried.map(({ misfit }) => misfit));
    const best = tried.filter(({ misfit }) => misfit === least);
    const errors = best[0]?.errors;
    if (best.length === 1 && errors !== undefined && least < TYPE_MISFIT) return this.add(errors, path);
    const titles = branches.map((branch) => String(resolveRef(branch, this.#name)['title']).toLowerCase());
    const examples = branches
      .flatMap((branch) => resolveRef(branch, this.#name)['examples'] ?? [])
      .map(String);
    this.#report(
      'schema/no-form',
      this.#placeOf(path),
      `${capital(this.#nameOf(error, path))} is none of: ${titles.join('; ')}.`,
      {
        hint: examples.length > 0 ? `Such as: ${examples.join(', ')}` : undefined,
      },
    );
  }

  /** The whole file is shown by its first line; so is any other map. */
  #placeOf(path: ContentPath): SourceRange {
    return this.#origin.rangeOf(path);
  }

  #nameOf(error: SchemaError, path: ContentPath): string {
    const key = path.findLast((step) => typeof step === 'string');
    if (key === undefined) return title(error) ?? 'the file';
    return typeof path.at(-1) === 'number' ? `an item of "${key}"` : `"${key}"`;
  }

  #pathOf(error: SchemaError, base: ContentPath): ContentPath {
    const steps = error.instancePath.split('/').slice(1);
    let at: unknown = this.#data;
    for (const step of base) at = (at as Record<string | number, unknown> | undefined)?.[step];
    return [
      ...base,
      ...steps.map((step) => {
        const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
        const isIndex = Array.isArray(at);
        at = (at as Record<string, unknown> | undefined)?.[name];
        return isIndex ? Number(name) : name;
      }),
    ];
  }

  #report(code: DiagnosticCode, range: SourceRange, message: string, details: DiagnosticDetails = {}): void {
    this.#found.push(diagnostic(code, range, message, details));
  }
}

const VALUE_KEYWORDS: ReadonlySet<string> = new Set(['type', 'enum', 'const']);
const KEYS_KEYWORDS: ReadonlySet<string> = new Set(['not', 'oneOf', 'anyOf']);
const TYPE_MISFIT = 1_000;
const CONST_MISFIT = 1;

/** How far data is from a form: a wrong type is further away than wrong keys, and those than wrong values. */
function misfitOf(errors: readonly SchemaError[]): number {
  return errors.reduce((sum, error) => {
    if (error.instancePath === '' && error.keyword === 'type') return sum + TYPE_MISFIT;
    if (error.instancePath === '' && ['required', 'additionalProperties'].includes(error.keyword))
      return sum + 10;
    return sum + 1;
  }, 0);
}

/** True for `oneOf: [{required: [a]}, {required: [b]}]`: a choice of keys, not of forms. */
function isChoiceOfKeys(error: SchemaError): boolean {
  return (
    Array.isArray(error.schema) &&
    error.schema.every((branch: JsonSchema) => Object.keys(branch).every((key) => key === 'required'))
  );
}

/** An error of one branch of a choice of keys: its schema says nothing but `required`. */
function isInChoice(error: SchemaError): boolean {
  return Object.keys(error.parentSchema ?? {}).every((key) => key === 'required');
}

function isMap(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function isWithin(path: ContentPath, ancestor: ContentPath): boolean {
  return ancestor.every((step, index) => path[index] === step);
}

function listOf(schema: unknown, key: string): readonly string[] {
  const value = (schema as JsonSchema | undefined)?.[key];
  return Array.isArray(value) ? value.map(String) : [];
}
