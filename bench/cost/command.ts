import { readFileSync } from 'node:fs';
import type { Row } from '../compare.ts';
import { costOf, type Work } from './model.ts';
import { PRICES, pricesWith } from './prices.ts';

export interface CostOptions {
  from: string;
  price: string[];
  coreFactor: string;
  json?: boolean;
}

const MEMORIES_MB = [128, 256, 512, 1024, 1769];
/** 20 ms to an object's first byte and 40 ms for a post, as the bench's latency cases have them. */
const WAIT_MS = 60;

/** What a million objects, small ones and of 100 MB, cost by the rows of a measurement, for each size of memory; and for the official forwarder at its own. */
export function printCost(options: CostOptions): void {
  const prices = pricesWith(options.price);
  const rows = JSON.parse(readFileSync(options.from, 'utf8')) as Row[];
  const works = rows.flatMap((row) => {
    const each = row.case === 'object of 100 MB' ? '1' : /^small objects, (\d+) per invocation$/.exec(row.case)?.[1];
    if (each === undefined || !/^ours$|official/.test(row.contestant)) return [];
    const official = row.contestant !== 'ours';
    // The official forwarder reads the objects of one invocation one after another, and then posts.
    const wait = official ? { waitMsPerObject: 20, waitMsPerInvocation: 40 } : { waitMsPerObject: 0, waitMsPerInvocation: WAIT_MS };
    const work: Omit<Work, 'memoryMb'> = {
      name: `${row.contestant}, ${row.case.replace(/^small objects, /, '')}`,
      cpuMsPerObject: (row.cpuS * 1000) / row.objects,
      ...wait,
      objectsPerInvocation: Number(each),
      coreFactor: Number(options.coreFactor),
      bytesOutPerObject: row.bytesOut / row.objects,
      bytesIngestedPerObject: row.bytesIngested / row.objects,
      bytesInPerObject: row.bytesIn / row.objects,
    };
    return (official ? [1024] : MEMORIES_MB).map((memoryMb) => ({ ...work, memoryMb }));
  });
  if (works.length === 0) throw new Error(`${options.from} has no rows of small objects: make it with \`bench compare --only small --out FILE\``);
  const costs = works.map((work) => ({ ...costOf(work, prices), bytesInPerObject: work.bytesInPerObject }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(costs, null, 2)}\n`);
    return;
  }
  const dollars = (value: number) => value.toFixed(value < 0.1 ? 3 : 2);
  const lines = costs.map(({ name, memoryMb, billedMsPerObject, lambda, requests, egress, aws, datadogIngest, bytesInPerObject }) => `| ${name} | ${memoryMb} MB | ${billedMsPerObject.toFixed(2)} ms | ${dollars(lambda)} | ${dollars(requests)} | ${dollars(egress)} | ${dollars(aws)} | ${dollars((aws * 1e9) / (1e6 * bytesInPerObject))} | ${dollars(datadogIngest)} |`);
  process.stdout.write(`Dollars for a million objects, of ${(Math.min(...costs.map(({ bytesInPerObject }) => bytesInPerObject)) / 1000).toFixed(1)} KB before gzip where nothing else is said; one of Lambda's cores taken as ${options.coreFactor} times slower than the one that measured.\n\n| | memory | billed an object | Lambda | S3, SQS, KMS | egress | AWS in all | AWS per GB | Datadog ingest |\n|---|---|---|---|---|---|---|---|---|\n${lines.join('\n')}\n\n| price | value | unit | source |\n|---|---|---|---|\n${Object.entries(PRICES).map(([name, { unit, source }]) => `| ${name} | ${prices[name as keyof typeof PRICES]} | ${unit} | ${source} |`).join('\n')}\n`);
}
