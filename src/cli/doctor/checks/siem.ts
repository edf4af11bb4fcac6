import type { SecurityFilter } from '../../../edge/datadog/api/securityFilters.ts';
import { notOk, ok, type Check } from '../check.ts';

const HOUR_MS = 60 * 60_000;

export const siem: Check[] = [
  {
    id: 'security-filter',
    group: 'siem',
    title: 'Cloud SIEM analyses the CloudTrail logs',
    async run(setup) {
      const filters = await (await setup.datadog()).listSecurityFilters();
      const covering = filters.filter(({ isEnabled, query }) => isEnabled && takesCloudTrail(query));
      const [first] = covering;
      const create = 'In Datadog: Security > Settings > Cloud SIEM > Security Filters, add one with the query source:cloudtrail (or activate the CloudTrail content pack)';
      if (first === undefined) {
        const off = filters.find(({ query }) => takesCloudTrail(query));
        if (off !== undefined) return notOk(`security filter "${off.name}" (${off.query}) is switched off`, 'In Datadog: Security > Settings > Cloud SIEM > Security Filters, switch it on');
        return notOk(`no security filter covers source:cloudtrail: detection rules see none of these logs`, create);
      }
      const excluding = covering.every(excludesCloudTrail) ? first.exclusions.find(({ query }) => takesCloudTrail(query)) : undefined;
      if (excluding !== undefined) return notOk(`security filter "${first.name}" leaves CloudTrail out again: "${excluding.name}" (${excluding.query})`, create);
      return ok(`security filter "${first.name}" (${first.query}) covers them`);
    },
    fix: 'Add a security filter with the query source:cloudtrail in Datadog',
  },
  {
    id: 'logs-arriving',
    group: 'siem',
    title: 'CloudTrail logs arrive in Datadog',
    async run(setup) {
      const nowMs = setup.doors.now();
      const api = await setup.datadog();
      const [newest] = await api.searchLogs({ query: 'source:cloudtrail', fromMs: nowMs - HOUR_MS, toMs: nowMs, limit: 1 });
      if (newest === undefined) {
        return notOk('none in the last hour', 'npx cloudtrail-forwarder verify sends one and follows it; npx cloudtrail-forwarder held list shows what waits');
      }
      const analysed = newest.tags.find((tag) => tag.startsWith('datadog.cloud_siem:'));
      const minutes = Math.max(0, Math.round((nowMs - newest.timestampMs) / 60_000));
      const when = Number.isNaN(minutes) ? 'in the last hour' : `${minutes} minutes ago`;
      if (analysed === 'datadog.cloud_siem:false') return notOk(`the newest log (${when}) is tagged datadog.cloud_siem:false: Cloud SIEM does not look at it`, 'security-filter in this list says which filter to add');
      return ok(`the newest event is of ${when}${analysed === undefined ? '' : `, tagged ${analysed}`}`);
    },
    fix: 'npx cloudtrail-forwarder verify',
  },
];

function excludesCloudTrail({ exclusions }: SecurityFilter): boolean {
  return exclusions.some(({ query }) => takesCloudTrail(query));
}

/**
 * Whether a query plainly takes every CloudTrail log: all logs, or `source:cloudtrail` alone or as one of an OR. A query
 * that narrows it further is not plain, and is not counted.
 */
export function takesCloudTrail(query: string): boolean {
  const text = query.trim().replace(/^\((.*)\)$/s, '$1').trim();
  if (text === '' || text === '*' || text === '*:*') return true;
  if (/\bAND\b|(^|\s)(-|NOT\s)/.test(text)) return false;
  const inList = /^source:\(([^)]*)\)$/i.exec(text)?.[1];
  const alternatives = inList === undefined ? text.split(/\s+OR\s+/) : inList.split(/\s+OR\s+/).map((value) => `source:${value}`);
  return alternatives.some((one) => /^\(?source:"?(cloudtrail|cloud\*|\*)"?\)?$/i.test(one.trim()));
}
