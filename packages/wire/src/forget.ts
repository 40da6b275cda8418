/** `POST /api/signalwright/forget`: what is to be forgotten, and what became of it. */

import type { Payload } from '@signalwright/model';
import { attributesOf } from './ownership.ts';
import { isJsonObject, type Decoded } from './payload-reader.ts';
import { decodeAttributes } from './requests.ts';

export interface ForgetRequest {
  readonly value: string;
  /** Otherwise what would change is only counted. */
  readonly isMeant: boolean;
}

export interface ForgottenAnswer {
  /** Rows by table, `org.db/events`. */
  readonly rows: Readonly<Record<string, number>>;
  readonly standIn?: string;
  readonly auditHeads?: { readonly before: string; readonly after: string };
  /** Runs and historical jobs that go on, and may write the value again until they end. */
  readonly underWay?: number;
}

export function encodeForgetRequest({ value, isMeant }: ForgetRequest): Payload {
  return { data: { type: 'forget', attributes: { value, is_meant: isMeant } } };
}

export function decodeForgetRequest(body: unknown): Decoded<ForgetRequest> {
  return decodeAttributes(body, (reader) => ({
    value: reader.text('value'),
    isMeant: reader.flag('is_meant', false),
  }));
}

export function encodeForgotten({ rows, standIn, auditHeads, underWay }: ForgottenAnswer): Payload {
  return {
    type: 'forgotten',
    attributes: {
      rows,
      ...(standIn !== undefined && { stand_in: standIn }),
      ...(auditHeads !== undefined && { audit_heads: auditHeads }),
      ...(underWay !== undefined && { under_way: underWay }),
    },
  };
}

export function readForgotten(value: unknown): ForgottenAnswer | undefined {
  const { rows, stand_in: standIn, audit_heads: heads, under_way: underWay } = attributesOf(value);
  if (!isJsonObject(rows)) return undefined;
  const counts = Object.entries(rows).filter((row): row is [string, number] => typeof row[1] === 'number');
  const { before, after } = isJsonObject(heads) ? heads : {};
  return {
    rows: Object.fromEntries(counts),
    ...(typeof standIn === 'string' && { standIn }),
    ...(typeof before === 'string' && typeof after === 'string' && { auditHeads: { before, after } }),
    ...(typeof underWay === 'number' && { underWay }),
  };
}
