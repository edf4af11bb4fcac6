import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../events/trigger');

/** The names of all payloads in events/trigger/, without `.json`. */
export function triggerNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** A payload of events/trigger/. */
export function trigger(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

export const BUCKET = 'cloudtrail-logs-123456789012';
export const KEY = 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_Ab3dEf6hIj9kLm2n.json.gz';
export const KEY_2 = 'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/20/123456789012_CloudTrail_eu-west-1_20261120T1205Z_Zx9yWv8uTs7rQp6o.json.gz';
