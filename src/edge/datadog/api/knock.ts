import { sendToApi, type ApiTransportOptions } from './transport.ts';

/** Where logs are posted. */
export interface IntakeDoor {
  protocol: 'https:' | 'http:';
  host: string;
  port: number;
}

/**
 * Posts `{}` to the logs intake, as Datadog's Agent does to see whether it gets through (CONTRACT A7), and gives the
 * HTTP status. Once, without retries: what it answers is what is asked for.
 *
 * @throws ForwarderError ERR_API_UNREACHABLE when nobody answers
 */
export async function knockAtIntake({ protocol, host, port }: IntakeDoor, apiKey: string, options: ApiTransportOptions = {}): Promise<number> {
  const request = {
    getUrl: () => `${protocol}//${host}:${port}/api/v2/logs`,
    getHttpMethod: () => 'POST',
    getHeaders: () => ({ 'Content-Type': 'application/json', 'DD-API-KEY': apiKey }),
    getBody: () => '{}',
  };
  return (await sendToApi(request, { ...options, maxAttempts: 1 })).status;
}
