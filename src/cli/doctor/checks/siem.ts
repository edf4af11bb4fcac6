import { notOk, ok, skipped, type Check } from '../check.ts';
import { coverageOf, coverageOfFilter, type Coverage } from './coverage.ts';

const WHERE = 'Security > Settings > Cloud SIEM > Security Filters';
const CREATE = `In Datadog: ${WHERE}, add one with the query source:cloudtrail (or activate the CloudTrail content pack)`;

const HOUR_MS = 60 * 60_000;

export const siem: Check[] = [
  {
    id: 'security-filter',
    group: 'siem',
    title: 'Cloud SIEM analyses the CloudTrail logs',
    async run(setup) {
      const filters = await (await setup.datadog()).listSecurityFilters();
      const enabled = filters.filter(({ isEnabled }) => isEnabled);
      const thatTakes = (coverage: Coverage) => enabled.find((filter) => coverageOfFilter(filter) === coverage);
      const all = thatTakes('all');
      if (all !== undefined) return ok(`security filter "${all.name}" (${all.query}) covers them`);
      const off = filters.find((filter) => !filter.isEnabled && coverageOfFilter(filter) === 'all');
      if (off !== undefined) return notOk(`security filter "${off.name}" (${off.query}) is switched off`, `In Datadog: ${WHERE}, switch it on`);
      const [excluding] = enabled.filter((filter) => coverageOf(filter.query) === 'all');
      if (excluding !== undefined) {
        const exclusion = excluding.exclusions.find(({ query }) => coverageOf(query) === 'all');
        return notOk(`security filter "${excluding.name}" leaves CloudTrail out again: "${exclusion?.name}" (${exclusion?.query})`, CREATE);
      }
      const some = thatTakes('some');
      if (some !== undefined) return notOk(`security filter "${some.name}" (${some.query}) takes only some of the CloudTrail logs`, CREATE);
      const unknown = thatTakes('unknown');
      if (unknown !== undefined) return skipped(`security filter "${unknown.name}" has a query that this version cannot read: ${unknown.query}`);
      return notOk('no security filter covers source:cloudtrail: detection rules see none of these logs', CREATE);
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
