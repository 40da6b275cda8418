/**
 * TypeScript types as JSON Schema (2020-12). Knows string, number, boolean, literals and their unions,
 * arrays, readonly objects, `Record<string, T>`, null and unknown, and stops at anything else.
 */

import { Node, type Symbol as MorphSymbol, type Type } from 'ts-morph';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A type that has no place in a manifest; the message says where in the type it stands. */
export class UnsupportedType extends Error {}

/** Deeper than this, inputs are no longer something to fill in by hand; also ends recursive types. */
const MAX_DEPTH = 8;

/** @param where path that a message names, e.g. `input.headers` */
export function schemaOf(type: Type, at: Node, where: string, depth = 0): JsonSchema {
  if (depth > MAX_DEPTH) throw new UnsupportedType(`${where} is nested deeper than ${MAX_DEPTH} levels.`);
  if (type.isUnknown()) return {};
  if (type.isNull()) return { type: 'null' };
  if (type.isString()) return { type: 'string' };
  if (type.isNumber()) return { type: 'number' };
  if (type.isBoolean()) return { type: 'boolean' };
  if (type.isLiteral()) return { const: literalValue(type, where) };
  if (type.isUnion()) return unionSchema(type, at, where, depth);
  if (type.isArray() || type.isReadonlyArray()) {
    return { type: 'array', items: schemaOf(type.getArrayElementTypeOrThrow(), at, `${where}[]`, depth + 1) };
  }
  if (type.isObject() && type.getCallSignatures().length === 0 && !type.isTuple()) {
    return objectSchema(type, at, where, depth);
  }
  throw new UnsupportedType(`${where} has the type ${type.getText(at)}, which a manifest cannot describe.`);
}

function literalValue(type: Type, where: string): string | number | boolean {
  if (type.isBooleanLiteral()) return type.getText() === 'true';
  const value = type.getLiteralValue();
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new UnsupportedType(`${where} is a literal that JSON cannot hold.`);
}

function unionSchema(type: Type, at: Node, where: string, depth: number): JsonSchema {
  const members = type.getUnionTypes().filter((member) => !member.isUndefined());
  if (members.length === 1 && members[0] !== undefined) return schemaOf(members[0], at, where, depth);
  if (members.every((member) => member.isLiteral())) {
    // `boolean` beside other members comes as the two literals true and false.
    return { enum: members.map((member) => literalValue(member, where)) };
  }
  return { anyOf: members.map((member) => schemaOf(member, at, where, depth + 1)) };
}

function objectSchema(type: Type, at: Node, where: string, depth: number): JsonSchema {
  const index = type.getStringIndexType();
  if (index !== undefined) {
    return { type: 'object', additionalProperties: schemaOf(index, at, `${where}.*`, depth + 1) };
  }
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const symbol of type.getProperties()) {
    const name = symbol.getName();
    properties[name] = {
      ...schemaOf(symbol.getTypeAtLocation(at), at, `${where}.${name}`, depth + 1),
      ...docsOf(symbol),
    };
    if (!symbol.isOptional()) required.push(name);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function docsOf(symbol: MorphSymbol): JsonSchema {
  const declaration = symbol.getDeclarations()[0];
  if (declaration === undefined || !Node.isJSDocable(declaration)) return {};
  const doc = declaration.getJsDocs().at(-1);
  if (doc === undefined) return {};
  const description = doc.getDescription().trim().replaceAll(/\s+/g, ' ');
  const written = doc
    .getTags()
    .find((tag) => tag.getTagName() === 'default')
    ?.getCommentText();
  return {
    ...(description !== '' && { description }),
    ...(written !== undefined && { default: defaultValue(written) }),
  };
}

function defaultValue(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}
