import { ACCOUNT } from './identities.ts';
import { seeded } from './random.ts';
import { attackObject, everyday, objectOf, type TrailObject } from './trail.ts';

/** The keys that the payloads in events/trigger/ name. */
export const TRIGGER_KEYS = {
  story: 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_Ab3dEf6hIj9kLm2n.json.gz',
  other: 'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/20/123456789012_CloudTrail_eu-west-1_20261120T1205Z_Zx9yWv8uTs7rQp6o.json.gz',
  encoded: 'audit logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_überEf6hIj9kLm.json.gz',
};

/** Objects under exactly those keys; their events are of the last minutes before `nowMs`, so that the intake takes them. */
export function triggerObjects(nowMs: number): TrailObject[] {
  const random = seeded(2);
  const story = attackObject({ account: ACCOUNT, region: 'us-east-1', deliveredMs: nowMs }, random);
  return [
    objectOf(TRIGGER_KEYS.story, story.records),
    objectOf(TRIGGER_KEYS.other, everyday(5, nowMs, 'eu-west-1', random)),
    objectOf(TRIGGER_KEYS.encoded, everyday(3, nowMs, 'us-east-1', random)),
  ];
}
