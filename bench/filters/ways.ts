import { Splitter } from '../../src/pipeline/split/splitter.ts';
import { buildFilters } from '../../src/pipeline/transform/filters/buildFilters.ts';
import { shareOf } from '../../src/pipeline/transform/filters/share.ts';
import { readFilterYaml } from '../../src/pipeline/transform/filters/yamlFile.ts';
import type { TrailRecord } from '../../src/model.ts';
import { compileForLogs } from '../../src/query/compile.ts';
import { cloudtrailLog } from '../../src/query/view/cloudtrailLog.ts';
import type { Json } from '../../src/query/view/json.ts';

/** As the forwarder reads a large object. */
const CHUNK_BYTES = 256 * 1024;

/** Busy calls of a trail, by Datadog's name for the event's name. */
const EXACT_NAMES = '@evt.name:(Decrypt OR GenerateDataKey OR DescribeInstances OR ListTags20170331 OR GetBucketAcl OR DescribeVolumes OR DescribeAlarms OR ListMetrics)';

/** What is measured; each a process of its own. */
export const WAYS = ['split only', 'exact event names', '20 filters', '20 filters, every record parsed'] as const;

export type Way = (typeof WAYS)[number];

/**
 * A pass over an object: cuts it into records, decides about each, and gives how many were filtered.
 *
 * @param rules the text of the filter file
 */
export function passOf(way: Way, rules: string): (object: Uint8Array) => number {
  const isFiltered = judgeOf(way, rules);
  return (object) => {
    const splitter = new Splitter();
    let filtered = 0;
    for (let at = 0; at < object.length; at += CHUNK_BYTES) {
      for (const record of splitter.push(object.subarray(at, at + CHUNK_BYTES))) if (isFiltered(record)) filtered++;
    }
    splitter.end();
    return filtered;
  };
}

function judgeOf(way: Way, rules: string): (record: TrailRecord) => boolean {
  switch (way) {
    case 'split only':
      return () => false;
    case 'exact event names': {
      const { filters } = buildFilters({ excludeQuery: EXACT_NAMES })!;
      return (record) => filters.decide(record).fate === 'filtered';
    }
    case '20 filters': {
      const { filters } = buildFilters({ file: readFilterYaml(rules, 'rules.yml') })!;
      return (record) => filters.decide(record).fate === 'filtered';
    }
    case '20 filters, every record parsed':
      return parsing(rules);
  }
}

/** The slow twin: the same rules, asked of the parsed record. */
function parsing(text: string): (record: TrailRecord) => boolean {
  const rules = readFilterYaml(text, 'rules.yml').rules.map((rule) => ({ ...rule, finds: compileForLogs(rule.query, cloudtrailLog()) }));
  return ({ bytes, start, end }) => {
    const log = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')) as Json & { eventID: string };
    const rule = rules.find(({ finds }) => finds(log));
    if (rule === undefined) return false;
    const id = Buffer.from(log.eventID);
    const isTaken = rule.rate === 1 || shareOf(id, 0, id.length) < rule.rate;
    return (rule.action === 'exclude') === isTaken;
  };
}
