/**
 * One way to make a control-plane client. Credentials and endpoints are the SDK's business (profiles, SSO,
 * AWS_ENDPOINT_URL); what is set here is how long a person at a terminal is made to wait.
 */
export interface Session {
  /** Absent: as the AWS SDK finds it (AWS_REGION, then the profile). */
  region?: string;
}

export interface ClientSettings {
  region?: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number };
}

export function clientSettings({ region }: Session): ClientSettings {
  return {
    ...(region === undefined ? {} : { region }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
  };
}
