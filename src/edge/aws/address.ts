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

/**
 * The region and the credentials that Lambda puts into a function's environment; nothing of what is not there. Where
 * other endpoints are asked for (FIPS, dual stack), `plainly` is false: the SDK knows their addresses.
 */
export function lambdaAddress(env: NodeJS.ProcessEnv): Pick<AwsAddress, 'region' | 'credentials'> & { plainly?: false } {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  const otherEndpoints = [env['AWS_USE_FIPS_ENDPOINT'], env['AWS_USE_DUALSTACK_ENDPOINT']].includes('true');
  return {
    ...(region === undefined ? {} : { region }),
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
    ...(otherEndpoints ? { plainly: false } : {}),
  };
}
