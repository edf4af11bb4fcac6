import { ACCOUNT, time } from './identities.ts';
import { jsonText, Raw } from './json.ts';
import type { Random } from './random.ts';

/** The two records of one Insight, its start and its end: no user, no address, and numbers with exponents. */
export function insightRecords(atMs: number, region: string, random: Random): string[] {
  const sharedEventID = random.uuid();
  const record = (state: 'Start' | 'End', ms: number) =>
    jsonText({
      eventVersion: '1.11',
      eventTime: time(ms),
      awsRegion: region,
      eventID: random.uuid(),
      eventType: 'AwsCloudTrailInsight',
      recipientAccountId: ACCOUNT,
      sharedEventID,
      insightDetails: {
        state,
        eventSource: 'iam.amazonaws.com',
        eventName: 'ListUsers',
        insightType: 'ApiCallRateInsight',
        insightContext: {
          statistics: {
            baseline: { average: new Raw('8.82145E-5') },
            insight: { average: new Raw('0.60') },
            insightDuration: 5,
            baselineDuration: 11_336,
          },
        },
      },
      eventCategory: 'Insight',
    });
  return [record('Start', atMs - 300_000), record('End', atMs)];
}
