import { ACCOUNT, time, type Identity } from './identities.ts';
import { jsonText } from './json.ts';
import type { Random } from './random.ts';

/** One thing that happened, as far as it differs from others. */
export interface Happening {
  who: Identity;
  /** The service, without `.amazonaws.com`. */
  source: string;
  name: string;
  /** The caller's address, or the service that called. */
  from: string;
  agent: string;
  readOnly: boolean;
  request?: object | null;
  response?: object | null;
  additional?: object;
  error?: { code: string; message: string };
  resources?: { type: string; ARN: string }[];
  type?: 'AwsApiCall' | 'AwsConsoleSignIn' | 'AwsServiceEvent';
  category?: 'Management' | 'Data';
  sharedEventID?: boolean;
}

/** A CloudTrail record as text, its members in CloudTrail's order. */
export function recordText(happening: Happening, atMs: number, region: string, random: Random): string {
  const { who, source, name, from, agent, readOnly, request = null, response = null, additional, error, resources } = happening;
  const { type = 'AwsApiCall', category = 'Management', sharedEventID } = happening;
  const viaService = from.endsWith('.amazonaws.com');
  return jsonText({
    eventVersion: '1.11',
    userIdentity: who,
    eventTime: time(atMs),
    eventSource: `${source}.amazonaws.com`,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: from,
    userAgent: agent,
    ...(error && { errorCode: error.code, errorMessage: error.message }),
    requestParameters: request,
    responseElements: response,
    ...(additional && { additionalEventData: additional }),
    ...(type === 'AwsApiCall' && { requestID: random.uuid() }),
    eventID: random.uuid(),
    readOnly,
    ...(resources && { resources: resources.map((resource) => ({ accountId: ACCOUNT, ...resource })) }),
    eventType: type,
    managementEvent: category === 'Management',
    recipientAccountId: ACCOUNT,
    ...(sharedEventID === true && { sharedEventID: random.uuid() }),
    eventCategory: category,
    ...(!viaService && { tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: `${source}.${region}.amazonaws.com` } }),
  });
}
