/**
 * Datadog's own API client, for the control plane only: it takes about a second and 200 MB to load (CONTRACT A8), so it
 * is loaded when first asked for, and never by the Lambda.
 */
import type { client, v1, v2 } from '@datadog/datadog-api-client';
import { apiHost } from '../sites.ts';
import { sendToApi, type ApiTransportOptions } from './transport.ts';

export interface DatadogAccess {
  /** As in DD_SITE. */
  site: string;
  apiKey: string;
  /** Every call but the validation of the API key needs one. */
  appKey?: string;
  /** Instead of `https://api.<site>`: a proxy, or a stand-in. The official forwarder's DD_API_URL. */
  apiUrl?: string;
  transport?: ApiTransportOptions;
}

export interface DatadogClient {
  v1: typeof v1;
  v2: typeof v2;
  configuration: client.Configuration;
}

/** The client, set up for one organisation: our transport (timeouts, retries) and no word on the console. */
export async function loadClient(access: DatadogAccess): Promise<DatadogClient> {
  const loaded = await import('@datadog/datadog-api-client');
  const { client: common, v1, v2 } = loaded;
  // Typed as any by the client. Not persisted: that is for browsers.
  (loaded.logger as { setLevel(level: string, persist: boolean): void }).setLevel('silent', false);
  const configuration = common.createConfiguration({
    authMethods: { apiKeyAuth: access.apiKey, ...(access.appKey === undefined ? {} : { appKeyAuth: access.appKey }) },
    // Always given, so that the client's own reading of DD_SITE from the environment cannot point elsewhere.
    baseServer: new common.BaseServerConfiguration(access.apiUrl ?? `https://${apiHost(access.site)}`, {}),
    httpApi: {
      async send(request) {
        const answer = await sendToApi(request, access.transport);
        return new common.ResponseContext(answer.status, answer.headers, {
          text: async () => answer.text,
          binary: async () => Buffer.from(answer.text),
        });
      },
    },
  });
  return { v1, v2, configuration };
}
