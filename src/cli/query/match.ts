import { createReadStream } from 'node:fs';
import { ForwarderError, messageOf } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import { parseQuery } from '../../query/language/parser.ts';
import type { Predicate } from '../../query/plan/predicate.ts';
import type { Json } from '../../query/view/json.ts';
import type { Context } from '../context.ts';
import { write } from '../write.ts';
import { LineCutter, type Line } from './lines.ts';
import { warnOf } from './lints.ts';
import type { LogKind } from './logKinds.ts';
import { predicateFor } from './logView.ts';

export interface MatchOptions {
  count?: boolean;
  invert?: boolean;
  logs: LogKind;
}

/** A log that Datadog takes has 1 MB at most; what is longer than this is no log. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** So many lines that are no logs are named one by one. */
const NAMED_FAULTS = 10;

interface Judged {
  logs: number;
  matched: number;
  /** Lines that are no JSON object. */
  faults: number;
}

/** Prints the lines of NDJSON logs that match a query, byte for byte. Exit code 1 when none does. */
export async function runMatch(ctx: Context, text: string, files: readonly string[], options: MatchOptions): Promise<void> {
  const query = parseQuery(text);
  warnOf(ctx, query, { logs: options.logs === 'cloudtrail' ? 'cloudtrail' : 'any', purpose: 'search' });
  const predicate = predicateFor(query, options.logs);
  const wanted: Predicate = options.invert ? (log) => !predicate(log) : predicate;
  const judged: Judged = { logs: 0, matched: 0, faults: 0 };
  for (const file of files.length === 0 ? ['-'] : files) await matchFile(ctx, file, wanted, judged, options.count !== true);
  if (options.count) await write(ctx.out, `${judged.matched}\n`);
  if (judged.faults > 0) ctx.err.write(`${judged.faults} of ${judged.logs + judged.faults} lines are no JSON objects; they were passed over.\n`);
  if (judged.logs === 0 && judged.faults > 0) throw usage('Cannot match: no line is a JSON object', "One log a line is expected (NDJSON). For CloudTrail's own objects: grep, or jq -c '.Records[]'.");
  ctx.exitCode = judged.matched > 0 ? 0 : 1;
}

async function matchFile(ctx: Context, file: string, wanted: Predicate, judged: Judged, prints: boolean): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  const cutter = new LineCutter(MAX_LINE_BYTES);
  const judge = async (lines: readonly Line[]): Promise<void> => {
    const matching: Buffer[] = [];
    for (const line of lines) {
      const log = readLog(line);
      if (log === undefined) continue;
      if (typeof log === 'string') {
        judged.faults += 1;
        if (judged.faults <= NAMED_FAULTS) ctx.err.write(`${name}, line ${line.number}: ${log}\n`);
        continue;
      }
      judged.logs += 1;
      if (!wanted(log)) continue;
      judged.matched += 1;
      if (prints) matching.push(endLine(line.bytes));
    }
    if (matching.length > 0) await write(ctx.out, Buffer.concat(matching));
  };
  for await (const chunk of chunksOf(ctx, file, name)) await judge(cutter.push(chunk));
  await judge(cutter.end());
}

/** A file's bytes. */
async function* chunksOf(ctx: Context, file: string, name: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  try {
    for await (const chunk of (file === '-' ? ctx.in : createReadStream(file)) as AsyncIterable<Buffer | string>) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (isFirst && bytes[0] === 0x1f && bytes[1] === 0x8b) throw usage(`Cannot read ${name}: it is compressed`, 'gunzip -c FILE | npx cloudtrail-forwarder query match QUERY');
      isFirst = false;
      yield bytes;
    }
  } catch (thrown) {
    throw thrown instanceof ForwarderError ? thrown : usage(`Cannot read ${name}: ${messageOf(thrown)}`, 'Give files with one JSON log a line, or nothing (or -) for standard input.');
  }
}

/** The log in a line, what is wrong with it, or undefined for a blank line. */
function readLog({ bytes, number, tooLong }: Line): Json | string | undefined {
  if (tooLong) return `longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`;
  let text = bytes.toString('utf8');
  if (number === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
  if (text.trim() === '') return undefined;
  try {
    const log = JSON.parse(text) as Json;
    return isJsonObject(log) ? log : `a log is a JSON object, this is ${Array.isArray(log) ? 'an array' : log === null ? 'null' : `a ${typeof log}`}`;
  } catch {
    return 'not JSON';
  }
}

const LINE_FEED = 0x0a;

function endLine(line: Buffer): Buffer {
  return line.at(-1) === LINE_FEED ? line : Buffer.concat([line, Buffer.from('\n')]);
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}
