import { printable, row } from '../grep/table.ts';
import type { DryRunReport } from './dryRun.ts';
import type { Volume } from './tally.ts';

/** The result for a person: what goes, what it is worth, what stays loud, and some of what would be gone. */
export function printReport(report: DryRunReport): string {
  return [totals(report), perFilter(report), money(report), loudest(report), samples(report)].filter((part) => part !== '').join('\n');
}

function totals({ objects, storedBytes, all, kept, filtered, from, to }: DryRunReport): string {
  const when = from === null ? '' : `, events from ${from} to ${to}`;
  return `${whole(all.records)} records in ${whole(objects)} objects (${size(storedBytes)} as stored, ${size(all.bytes)} of records)${when}
  kept      ${volume(kept, all)}
  filtered  ${volume(filtered, all)}
`;
}

function perFilter({ filters, all }: DryRunReport): string {
  const width = Math.max(...filters.map(({ name }) => name.length), 6);
  const lines = filters.map(({ name, filtered, kept }) => {
    if (filtered.records + kept.records === 0) return `  ${name.padEnd(width)}  no hits`;
    return `  ${name.padEnd(width)}  ${filtered.records > 0 || kept.records === 0 ? `filters ${volume(filtered, all)}` : ''}${filtered.records > 0 && kept.records > 0 ? ', ' : ''}${kept.records > 0 ? `keeps ${volume(kept, all)}` : ''}`;
  });
  return `By filter, in the order they are asked\n${lines.join('\n')}\n`;
}

function money({ month, days, prices }: DryRunReport): string {
  if (month === null || days === null) return '';
  const { ingestPrice, indexPrice, siemPrice, metadataBytes } = prices;
  const span = days >= 2 ? `${days.toFixed(1)} days` : days * 24 >= 2 ? `${(days * 24).toFixed(1)} hours` : `${(days * 1440).toFixed(0)} minutes`;
  const line = (name: string, { records, gigabytes, dollars }: typeof month.all) => `  ${name.padEnd(8)}  ${whole(records).padStart(15)} logs  ${gigabytes.toFixed(2).padStart(10)} GB  $ ${dollars.toFixed(2)}`;
  return `A month at this rate (${span} of events${days < 1 ? ': too few for more than a guess' : ''})
${line('now', month.all)}
${line('filtered', month.kept)}
${line('saved', month.filtered)}
  $ ${ingestPrice} a GB taken in, $ ${indexPrice} a million indexed, $ ${siemPrice} a million analysed; ${metadataBytes} bytes of metadata a record
`;
}

function loudest({ loudest: noise, kept }: DryRunReport): string {
  if (noise.length === 0) return '';
  const lines = noise.map(({ eventSource, eventName, principal, ...of }) => `  ${volume(of, kept)}  ${[eventSource, eventName, principal].map(printable).join('  ')}`);
  return `Still kept, the most frequent first\n${lines.join('\n')}\n`;
}

function samples({ filters }: DryRunReport): string {
  const parts = filters.filter(({ samples: found }) => found.length > 0).map(({ name, samples: found }) => `  ${name}\n${found.map((one) => `    ${row(one)}`).join('\n')}`);
  return parts.length === 0 ? '' : `Some of what would be filtered\n${parts.join('\n')}\n`;
}

function volume({ records, bytes }: Volume, of: Volume): string {
  return `${whole(records).padStart(11)} records ${share(records, of.records)}  ${size(bytes).padStart(9)} ${share(bytes, of.bytes)}`;
}

function share(part: number, of: number): string {
  return `(${of === 0 ? '0.0' : ((part / of) * 100).toFixed(1)} %)`.padStart(9);
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

function size(bytes: number): string {
  const unit = bytes >= 1e9 ? ([1e9, 'GB'] as const) : bytes >= 1e6 ? ([1e6, 'MB'] as const) : ([1e3, 'KB'] as const);
  return `${(bytes / unit[0]).toFixed(1)} ${unit[1]}`;
}
