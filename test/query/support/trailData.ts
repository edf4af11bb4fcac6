import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Splitter } from '../../../src/pipeline/split/splitter.ts';

/** Real CloudTrail records, outside the project; a user's clone has none of them. */
const FOLDER = '../shared/cloudtrail-data';

export const hasTrailData = existsSync(FOLDER);

/** The records of every file that is a CloudTrail object or a list of records, each as its own text. */
export function trailRecords(): string[] {
  const texts: string[] = [];
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (!/\.json$/.test(file)) continue;
    const content = readFileSync(`${FOLDER}/${file}`);
    if (!content.includes('eventName')) continue;
    texts.push(...recordsIn(content));
  }
  return texts;
}

function recordsIn(content: Buffer): string[] {
  const splitter = new Splitter();
  const texts: string[] = [];
  try {
    for (const { bytes, start, end } of splitter.push(content)) texts.push(Buffer.from(bytes.subarray(start, end)).toString());
    splitter.end();
  } catch {
    return [];
  }
  return texts;
}
