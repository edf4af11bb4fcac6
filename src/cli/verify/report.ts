import type { FoundLog } from '../../edge/datadog/api/logs.ts';

/** What became of the canary. */
export interface Outcome {
  eventId: string;
  uri: string;
  query: string;
  /** The log explorer, with that query. */
  url?: string;
  /** From the writing to the finding, or to the giving up; as exact as the searches are frequent. */
  waitedMs: number;
  /** 0: it did not come. More than 1: something sends it more than once. */
  timesFound: number;
  /** By the tag `datadog.cloud_siem`; null when the log has none (CONTRACT C2). */
  cloudSiem: boolean | null;
  removed: boolean;
  leftover?: { why: string; command: string };
}

/** Whether Cloud SIEM analyses the log, by the tag that it puts on every log. */
export function cloudSiemTag(logs: readonly FoundLog[]): boolean | null {
  const tags = logs.flatMap((log) => log.tags);
  return tags.includes('datadog.cloud_siem:true') ? true : tags.includes('datadog.cloud_siem:false') ? false : null;
}

/** The outcome in lines, each fault with what to do. */
export function printOutcome(outcome: Outcome): string {
  return `${[...(outcome.timesFound > 0 ? came(outcome) : didNotCome(outcome)), ...whatIsLeft(outcome)].join('\n')}\n`;
}

function came({ waitedMs, timesFound, cloudSiem, url, query }: Outcome): string[] {
  const lines = [`ok       it came within ${Math.ceil(waitedMs / 1000)} s: ${url ?? query}`];
  if (timesFound > 1) lines.push(`remark   it came ${timesFound} times: npx cloudtrail-forwarder doctor --only notification, and see whether another forwarder reads the bucket`);
  if (cloudSiem === true) lines.push('ok       Cloud SIEM analyses it (datadog.cloud_siem:true)');
  if (cloudSiem === false) lines.push('not ok   Cloud SIEM does not analyse it (datadog.cloud_siem:false)', '         next: npx cloudtrail-forwarder doctor --only security-filter');
  if (cloudSiem === null) lines.push('remark   it has no tag datadog.cloud_siem: Cloud SIEM is probably not switched on for this organisation');
  return lines;
}

function didNotCome({ waitedMs, uri, query }: Outcome): string[] {
  return [
    `not ok   it did not come within ${Math.round(waitedMs / 1000)} s (searched for: ${query})`,
    '         next: npx cloudtrail-forwarder doctor says what is wrong on the way',
    `         next: npx cloudtrail-forwarder held list --waiting says whether it is held (look for ${uri})`,
    '         a log that no index keeps is not found by the search: look for it in Live Tail, or give source:cloudtrail an index',
  ];
}

function whatIsLeft({ removed, leftover, timesFound, uri }: Outcome): string[] {
  if (removed) return [`removed  ${uri}`];
  if (leftover === undefined) return [];
  const because = leftover.why === '' ? (timesFound === 0 ? ', since a held pointer may still want it' : '') : ` (${leftover.why})`;
  return [`left     ${uri}${because}`, `         remove it with: ${leftover.command}`];
}
