import { isObject, type Json } from '../../query/view/json.ts';
import { parsed, type Found } from './found.ts';

/** Wide enough for nearly all; what is longer moves the rest of its line. The last column is as long as it is. */
const COLUMNS = [
  { title: 'TIME (UTC)', width: 20 },
  { title: 'EVENT', width: 26 },
  { title: 'PRINCIPAL', width: 26 },
  { title: 'SOURCE IP', width: 15 },
  { title: 'REGION', width: 12 },
  { title: 'ERROR', width: 12 },
  { title: 'RECORD', width: 0 },
];

export const HEADER = line(COLUMNS.map(({ title }) => title));

/** Who did what, when, from where: one line a record. */
export function row(found: Found): string {
  const record = parsed(found);
  const { eventTime, eventName, eventType, sourceIPAddress, awsRegion, errorCode, errorMessage } = record;
  return line([text(eventTime), text(eventName ?? eventType), principalOf(record['userIdentity']), text(sourceIPAddress), text(awsRegion), text(errorCode ?? errorMessage), printable(found.pointer)]);
}

function line(cells: readonly string[]): string {
  return cells.map((cell, column) => cell.padEnd(COLUMNS[column]!.width)).join('  ').trimEnd();
}

/** A user's name, `root`, `role/session`, or the service that called. */
export function principalOf(identity: Json | undefined): string {
  if (!isObject(identity)) return '-';
  const { type, userName, arn, invokedBy, principalId, accountId } = identity;
  if (type === 'Root') return 'root';
  if (typeof userName === 'string' && userName !== '') return printable(userName);
  const resource = typeof arn === 'string' ? /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:[\w-]+\/)?(.+)$/.exec(arn)?.[1] : undefined;
  return text(resource ?? invokedBy ?? principalId ?? accountId ?? type);
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '-';
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** What a record holds was chosen by whoever made the call: nothing of it may steer the terminal. */
export function printable(value: string): string {
  return value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
