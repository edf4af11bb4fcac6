/**
 * Where AWS is. All optional: the SDK finds credentials, region and endpoints by itself (AWS_REGION, profiles,
 * AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, ...); tests say them.
 */
export interface AwsAddress {
  region?: string;
  /** A server that speaks AWS's protocols instead of AWS. */
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** The settings every client shares; nothing that is absent is passed on, since the SDK takes `undefined` as said. */
export function addressOf({ region, endpoint, credentials }: AwsAddress): AwsAddress {
  return { ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }), ...(credentials !== undefined && { credentials }) };
}
