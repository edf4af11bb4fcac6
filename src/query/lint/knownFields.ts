import { PIPELINE_NAMES } from '../view/cloudtrailLog.ts';

/**
 * The names of a CloudTrail record
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
 * eventVersion 1.11; the last line: aggregated and Insights events).
 */
const RECORD_NAMES = `
  eventTime eventVersion eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestID eventID
  eventType apiVersion managementEvent readOnly recipientAccountId sharedEventID vpcEndpointId vpcEndpointAccountId
  eventCategory sessionCredentialFromConsole
  userIdentity.type userIdentity.userName userIdentity.principalId userIdentity.arn userIdentity.accountId
  userIdentity.accessKeyId userIdentity.invokedBy userIdentity.identityProvider userIdentity.credentialId
  userIdentity.sessionContext.attributes.mfaAuthenticated userIdentity.sessionContext.attributes.creationDate
  userIdentity.sessionContext.sessionIssuer.type userIdentity.sessionContext.sessionIssuer.userName
  userIdentity.sessionContext.sessionIssuer.principalId userIdentity.sessionContext.sessionIssuer.arn
  userIdentity.sessionContext.sessionIssuer.accountId userIdentity.sessionContext.ec2RoleDelivery
  userIdentity.sessionContext.sourceIdentity userIdentity.sessionContext.assumedRoot
  userIdentity.sessionContext.webIdFederationData.federatedProvider
  userIdentity.inScopeOf.sourceArn userIdentity.inScopeOf.sourceAccount userIdentity.inScopeOf.issuerType
  userIdentity.inScopeOf.credentialsIssuedTo userIdentity.onBehalfOf.userId userIdentity.onBehalfOf.identityStoreArn
  resources.ARN resources.ARNPrefix resources.accountId resources.type
  tlsDetails.tlsVersion tlsDetails.cipherSuite tlsDetails.clientProvidedHostHeader tlsDetails.keyExchange
  addendum.reason addendum.updatedFields addendum.originalRequestID addendum.originalEventID
  eventId accountId timeWindow.windowStart timeWindow.windowEnd timeWindow.windowSize
`;

export const KNOWN_FIELDS: ReadonlySet<string> = new Set([...RECORD_NAMES.trim().split(/\s+/), ...PIPELINE_NAMES]);

/** Below these every service writes what it likes. */
export const OPEN_ROOTS: readonly string[] = [
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
  'insightDetails',
  'edgeDeviceDetails',
  'eventContext',
  'summary',
  'userIdentity.sessionContext.webIdFederationData.attributes',
  'aws',
];

/** What Datadog adds after it has received a log: no filter in flight can see it. */
export const ADDED_BY_DATADOG: readonly string[] = [
  'network.client.geoip',
  'network.client.is_private_network_ip',
  'network.ip',
  'threat_intel',
  'http.useragent_details',
  'ocsf',
  'datadog',
];

/** Names people try, and the ones that Datadog's own CloudTrail rules use (none of 139 uses the first three). */
export const MEANT: Record<string, string> = {
  'evt.source': 'eventSource',
  region: 'awsRegion',
  account: 'recipientAccountId',
  'evt.type': 'eventType',
  'evt.category': 'eventCategory',
  'usr.arn': 'userIdentity.arn',
  'usr.type': 'userIdentity.type',
  'http.request_id': 'requestID',
  'error.code': 'error.kind',
};

/** Fields with few values; attribute search minds the case. */
export const KNOWN_VALUES: Record<string, readonly string[]> = {
  level: ['Error'],
  'evt.outcome': ['success', 'failure'],
  eventType: ['AwsApiCall', 'AwsServiceEvent', 'AwsConsoleAction', 'AwsConsoleSignIn', 'AwsCloudTrailInsight', 'AwsVpceEvent', 'AwsAggregatedEvent'],
  eventCategory: ['Management', 'Data', 'Insight', 'NetworkActivity', 'Aggregated'],
  'userIdentity.type': ['Root', 'IAMUser', 'AssumedRole', 'Role', 'FederatedUser', 'Directory', 'AWSAccount', 'AWSService', 'SAMLUser', 'WebIdentityUser', 'IdentityCenterUser', 'Unknown'],
  readOnly: ['true', 'false'],
  managementEvent: ['true', 'false'],
  'userIdentity.sessionContext.attributes.mfaAuthenticated': ['true', 'false'],
  'additionalEventData.MFAUsed': ['Yes', 'No'],
  'responseElements.ConsoleLogin': ['Success', 'Failure'],
};

/** Fields that have one value in a record, so that a record cannot have two of them at once. */
export function hasOneValue(path: string): boolean {
  return (KNOWN_FIELDS.has(path) && !path.startsWith('resource')) || (Object.hasOwn(KNOWN_VALUES, path) && path !== 'addendum.updatedFields');
}
