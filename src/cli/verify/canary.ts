import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Who sends it and where it has to arrive. */
export interface CanaryPlace {
  accountId: string;
  region: string;
  /** What the trigger's filter begins with: up to `AWSLogs/`, or up to the organisation's folder in it. */
  prefix: string;
  /** Of the principal that runs `verify`. */
  senderArn: string;
}

/** A synthetic CloudTrail object with one record that says what it is. */
export interface Canary {
  eventId: string;
  /** Under CloudTrail's real key layout (CONTRACT E1), so that filters and parsers take it for a log file. */
  key: string;
  /** gzip */
  body: Uint8Array;
}

/** The random parts; a test says them. */
export interface Chance {
  uuid(): string;
  /** 10 characters of A-Z and 0-9. */
  letters(): string;
}

export const CHANCE: Chance = {
  uuid: randomUUID,
  letters: () => randomBytes(8).readBigUInt64BE().toString(36).toUpperCase().padStart(10, '0').slice(-10),
};

/**
 * The record has every field that Datadog's pipeline reads, and no detection rule has a reason to fire on it: it is an
 * event of a service that does not exist, read only, from nobody's address. No digest lists the object, so that log file
 * validation does not see it.
 */
export function makeCanary({ accountId, region, prefix, senderArn }: CanaryPlace, nowMs: number, chance: Chance = CHANCE): Canary {
  const eventId = chance.uuid();
  const eventTime = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const stamp = eventTime.replace(/[-:]/g, '').slice(0, 'YYYYMMDDTHHmm'.length);
  const day = eventTime.slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AWSService', invokedBy: 'canary.cloudtrail-forwarder.invalid' },
    eventTime,
    eventSource: 'canary.cloudtrail-forwarder.invalid',
    eventName: 'Canary',
    awsRegion: region,
    sourceIPAddress: 'canary.cloudtrail-forwarder.invalid',
    userAgent: 'cloudtrail-forwarder verify',
    requestParameters: null,
    responseElements: null,
    additionalEventData: { synthetic: true, note: 'Written by "cloudtrail-forwarder verify", not by CloudTrail.', sentBy: senderArn },
    requestID: chance.uuid(),
    eventID: eventId,
    readOnly: true,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
  return {
    eventId,
    key: `${prefix}${accountId}/CloudTrail/${region}/${day}/${accountId}_CloudTrail_${region}_${stamp}Z_CANARY${chance.letters()}.json.gz`,
    body: gzipSync(JSON.stringify({ Records: [record] })),
  };
}

/** What the user gave, as what comes before the account's folder: `audit` and `audit/AWSLogs/` both are `audit/AWSLogs/`. */
export function prefixOf(given: string): string {
  const closed = given === '' || given.endsWith('/') ? given : `${given}/`;
  const known = /^(?:.*\/)?AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?/.exec(closed)?.[0];
  return known ?? `${closed}AWSLogs/`;
}
