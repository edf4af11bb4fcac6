import type { Context } from '../context.ts';
import type { Report } from './run.ts';
import { bytes, many, number, seconds } from './words.ts';

/** The summary that a person reads, on standard output. */
export function printReport({ out }: Context, report: Report, isMadeUp: boolean): void {
  const { counts, objects, finding, held, contradictions, sample } = report;
  if (sample !== undefined) {
    out.write(`${isMadeUp ? 'The end of the break-in, as Datadog gets it' : 'One log, as Datadog gets it'}:\n\n${shownLog(sample.json)}\n`);
  }
  const rows: [string, string, string][] = [
    ['objects', number(objects.logs), ignoredAndFailed(objects)],
    ['records in', number(counts.recordsIn), ''],
    ['delivered', number(counts.delivered), ''],
    ['filtered', number(counts.filtered), ''],
    ['held', number(counts.held), counts.objectsHeld > 0 ? `of ${many(counts.objectsHeld, 'object')}` : ''],
    ['batches', number(counts.batches), counts.retries > 0 ? `${many(counts.retries, 'retry', 'retries')}` : ''],
    ['bytes', bytes(counts.bytesRaw), `-> ${bytes(counts.bytesWire)} compressed (${ratio(counts.bytesRaw, counts.bytesWire)})`],
    ['time', seconds(report.elapsedMs), coldStart(report)],
    ['memory', bytes(report.peakRssBytes), `at most, of ${report.memoryMb} MB`],
  ];
  const width = Math.max(...rows.map(([, value]) => value.length));
  for (const [name, value, more] of rows) out.write(`${name.padEnd(12)}${value.padStart(width)}  ${more}`.trimEnd().concat('\n'));
  out.write('\n');
  if (held.length > 0) {
    out.write('Held, and not lost: pointers in the held queue.\n');
    for (const { object, records, reason, hint } of held.slice(0, 20)) out.write(`  ${object}: ${records}\n    ${reason}\n    ${hint}\n`);
    if (held.length > 20) out.write(`  and ${held.length - 20} more\n`);
    out.write('\n');
  }
  for (const { key, what } of contradictions.slice(0, 20)) out.write(`WRONG ${key}: ${what}\n`);
  if (contradictions.length > 0) return void out.write(`\nNot all is well: ${many(contradictions.length, 'contradiction')}, see above.\n`);
  out.write(`${number(counts.recordsIn)} records in = ${number(counts.delivered)} delivered + ${number(counts.filtered)} filtered + ${number(counts.held)} held.\n`);
  const unread = held.filter(({ isUnread }) => isUnread).length;
  if (unread > 0) out.write(`${many(unread, 'object')} could not be read to the end: the rest is held, and not counted as records.\n`);
  out.write(`${whatArrived(report)}\n`);
  if (finding.tooOld > 0) {
    const all = finding.tooOld === finding.arrived;
    out.write(`${all ? 'All of them are' : `${number(finding.tooOld)} of them are`} older than 18 hours: Datadog answers 202 to such logs and drops them, the sandbox keeps them.\n`);
  }
  if (isMadeUp && held.length === 0) out.write('\nNext: npm start -- PATH takes your own log files, npm run sandbox stays up for serverless invoke local.\n');
}

const MAX_LINES = 80;

/** The log's beginning and end; the end is what the forwarder has added. */
function shownLog(log: object): string {
  const lines = JSON.stringify(log, null, 2).split('\n');
  const left = lines.length - MAX_LINES;
  if (left > 0) lines.splice(MAX_LINES - 20, left, `  ... ${many(left, 'line')} ...`);
  return lines.map((line) => `  ${line.length > 400 ? `${line.slice(0, 400)} ...` : line}\n`).join('');
}

/** The same for programs. */
export function reportJson(report: Report): object {
  const { sample, finding, ...rest } = report;
  return { ...rest, ok: report.contradictions.length === 0 && report.held.length === 0, finding, ...(sample && { sample: sample.json }) };
}

function whatArrived({ counts, finding }: Report): string {
  const kept = [
    [finding.exact, "with its record's own text, byte for byte"],
    [finding.cut, 'cut to 1 MB and marked so'],
    [finding.renamed, 'with a name that Datadog needs kept as original_...'],
  ] as const;
  const parts = kept.filter(([count]) => count > 0).map(([count, how]) => `${number(count)} ${how}`);
  const compared = parts.length === 1 && finding.exact > 0 ? `each ${kept[0][1]}` : parts.join(', ');
  return counts.delivered === 0 ? 'The intake holds nothing of them.' : `The intake holds all ${number(finding.arrived)} that were delivered, ${compared}.`;
}

function ignoredAndFailed({ ignored, failed }: Report['objects']): string {
  const parts = [...(ignored > 0 ? [`and ${ignored} ignored (digests are no logs)`] : []), ...(failed > 0 ? [`${failed} failed`] : [])];
  return parts.join(', ');
}

function coldStart({ coldStartMs }: Report): string {
  return coldStartMs === undefined ? '' : `one object an invocation; cold start ${Math.round(coldStartMs)} ms`;
}

function ratio(raw: number, wire: number): string {
  return wire === 0 ? 'nothing' : `${(raw / wire).toFixed(1)} to 1`;
}
