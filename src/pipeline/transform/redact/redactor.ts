import { createHmac } from 'node:crypto';
import type { TrailRecord } from '../../../model.ts';
import { attributePath, type AttributePath } from '../../../query/view/path.ts';
import type { PathRedaction } from '../filters/rule.ts';
import { decodeString, encodeString, rewriteJson, type Rewriting } from './rewriteJson.ts';

/** A pattern whose matches in texts are replaced. */
export interface TextRedaction {
  /** With the flag g. */
  regex: RegExp;
  replacement: string | ((...match: unknown[]) => string);
}

/** What stands where a value was masked. */
export const MASK = '[redacted]';
const MASK_JSON = encodeString(MASK);

interface Cursor {
  redaction: PathRedaction & { steps: AttributePath };
  /** How many names of the path lead here. */
  at: number;
}

interface Here {
  cursors: readonly Cursor[];
  by: 'mask' | 'token' | undefined;
}

const NOWHERE: Here = { cursors: [], by: undefined };

/**
 * Takes out of records what must not leave the account. Only what is redacted changes: everything else stays byte for
 * byte, and the result is always the same JSON structure with other texts, or with members removed.
 */
export class Redactor {
  private readonly root: Here;
  private readonly texts: readonly TextRedaction[];
  private readonly tokenKey: string;
  /** How the last key of each path ends, in latin1: without it in the text the path is not there. */
  private readonly keyEnds: readonly string[];
  private readonly rewriting: Rewriting<Here>;

  constructor(paths: readonly PathRedaction[], texts: readonly TextRedaction[], tokenKey: string) {
    const redactions = paths.map((redaction) => ({ ...redaction, steps: attributePath(redaction.path) }));
    this.root = { cursors: redactions.map((redaction) => ({ redaction, at: 0 })), by: undefined };
    this.keyEnds = redactions.map(({ steps }) => `${Buffer.from(steps.names.at(-1) ?? '').toString('latin1')}"`);
    this.texts = texts;
    this.tokenKey = tokenKey;
    this.rewriting = { member: enter, scalar: (here, json) => this.scalar(here, json) };
  }

  /** The record with its redactions, as a record of its own; undefined when there is nothing to redact in it. */
  apply(record: TrailRecord): TrailRecord | undefined {
    if (record.unkept !== undefined) return undefined;
    const latin1 = Buffer.from(record.bytes.buffer, record.bytes.byteOffset + record.start, record.end - record.start).toString('latin1');
    if (!this.mayApply(latin1)) return undefined;
    const rewritten = rewriteJson(latin1, this.root, this.rewriting);
    if (!rewritten) return undefined;
    const bytes = Buffer.from(rewritten.text, 'latin1');
    const memberCount = record.memberCount < 0 ? -1 : rewritten.members.length / 4;
    return { ...record, bytes, start: 0, end: bytes.length, lengthBytes: bytes.length, members: Int32Array.from(rewritten.members), firstMember: 0, memberCount };
  }

  /** Most records have none of the paths, and no text that a pattern finds; an escape could hide either. */
  private mayApply(latin1: string): boolean {
    if (latin1.includes('\\') || this.keyEnds.some((end) => latin1.includes(end))) return true;
    if (this.texts.length === 0) return false;
    const text = Buffer.from(latin1, 'latin1').toString('utf8');
    return this.texts.some(({ regex }) => text.search(regex) >= 0);
  }

  private scalar({ by }: Here, json: string): string | undefined {
    if (by === 'mask') return MASK_JSON;
    if (by === undefined && (json[0] !== '"' || this.texts.length === 0)) return undefined;
    const text = json[0] === '"' ? decodeString(json) : json;
    if (by === 'token') return encodeString(this.token(text));
    let redacted = text;
    for (const { regex, replacement } of this.texts) redacted = typeof replacement === 'string' ? redacted.replace(regex, () => replacement) : redacted.replace(regex, replacement);
    return redacted === text ? undefined : encodeString(redacted);
  }

  /** The same for the same text under the same key, wherever it stands, so that logs can still be brought together by it. */
  private token(text: string): string {
    return `tok_${createHmac('sha256', this.tokenKey).update(text).digest('base64url').slice(0, 22)}`;
  }
}

function enter({ cursors, by }: Here, key: string): Here | 'remove' {
  if (cursors.length === 0) return by === undefined ? NOWHERE : { cursors, by };
  const further: Cursor[] = [];
  let found = by;
  for (const { redaction, at } of cursors) {
    for (const { name, next } of redaction.steps.steps[at] ?? []) {
      if (name !== key) continue;
      if (next < redaction.steps.names.length) further.push({ redaction, at: next });
      else if (redaction.by === 'drop') return 'remove';
      // A mask wins over a token: it tells less.
      else found = found === 'mask' ? 'mask' : redaction.by;
    }
  }
  return further.length === 0 && found === undefined ? NOWHERE : { cursors: further, by: found };
}
