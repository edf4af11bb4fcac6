import type { DatadogClient } from './client.ts';
import { asking, listIn } from './refusal.ts';

/** A Cloud SIEM security filter: which ingested logs the detection rules see (CONTRACT C2). */
export interface SecurityFilter {
  name: string;
  /** Log search syntax; `*` is every log. */
  query: string;
  isEnabled: boolean;
  /** Queries of what is taken out again. */
  exclusions: { name: string; query: string }[];
}

/**
 * All security filters of the organisation.
 *
 * @throws ForwarderError ERR_API_DENIED, ERR_API_BUSY, ERR_API_REFUSED, ERR_API_UNREACHABLE, ERR_API_UNREADABLE.
 */
export async function listSecurityFilters({ v2, configuration }: DatadogClient): Promise<SecurityFilter[]> {
  const filters = await asking({ what: 'list the security filters', permission: 'security_monitoring_filters_read' }, async () =>
    listIn((await new v2.SecurityMonitoringApi(configuration).listSecurityFilters()).data),
  );
  return filters.map(({ attributes, id }) => ({
    name: attributes?.name ?? id ?? 'unnamed',
    query: attributes?.query ?? '',
    isEnabled: attributes?.isEnabled ?? false,
    exclusions: (attributes?.exclusionFilters ?? []).map(({ name, query }) => ({ name: name ?? 'unnamed', query: query ?? '' })),
  }));
}
