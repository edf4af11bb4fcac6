import type { v2 as V2 } from '@datadog/datadog-api-client';
import type { DatadogClient } from './client.ts';
import { asking, listIn } from './refusal.ts';

export interface LogSearch {
  /** Log search syntax: `source:cloudtrail @eventID:...`. */
  query: string;
  fromMs: number;
  toMs: number;
  /** Newest first, at most this many. Default 10. */
  limit?: number;
}

/** A log as the search found it. */
export interface FoundLog {
  id: string;
  /** The log's official date: for CloudTrail its eventTime. NaN when Datadog did not say. */
  timestampMs: number;
  tags: string[];
  attributes: Record<string, unknown>;
}

/**
 * Indexed logs, newest first: POST /api/v2/logs/events/search. A log that no index keeps is not found, though detection
 * rules have seen it.
 *
 * @throws ForwarderError ERR_API_DENIED, ERR_API_BUSY, ERR_API_REFUSED, ERR_API_UNREACHABLE, ERR_API_UNREADABLE.
 */
export async function searchLogs({ v2, configuration }: DatadogClient, search: LogSearch): Promise<FoundLog[]> {
  const body: V2.LogsListRequest = {
    filter: { query: search.query, from: String(search.fromMs), to: String(search.toMs) },
    sort: '-timestamp',
    page: { limit: search.limit ?? 10 },
  };
  const logs = await asking({ what: 'search logs', permission: 'logs_read_data' }, async () => {
    const { data, meta } = await new v2.LogsApi(configuration).listLogs({ body });
    return data === undefined && meta !== undefined ? [] : listIn(data);
  });
  return logs.map((log) => ({
    id: log.id ?? '',
    timestampMs: log.attributes?.timestamp?.getTime() ?? Number.NaN,
    tags: log.attributes?.tags ?? [],
    attributes: log.attributes?.attributes ?? {},
  }));
}
