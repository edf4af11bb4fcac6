import type { DatadogClient } from './client.ts';
import { asking, statusOf } from './refusal.ts';

/**
 * Whether Datadog knows the API key: GET /api/v1/validate, key in the header (CONTRACT A7).
 *
 * @throws ForwarderError ERR_API_BUSY, ERR_API_UNREACHABLE, ERR_API_UNREADABLE. A refused key is `false`, not an error.
 */
export async function isApiKeyValid({ v1, configuration }: DatadogClient): Promise<boolean> {
  return asking({ what: 'validate the API key', permission: 'no permission' }, async () => {
    try {
      const answer = await new v1.AuthenticationApi(configuration).validate();
      if (typeof answer.valid !== 'boolean') throw new Error('no "valid" in it');
      return answer.valid;
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === 401 || status === 403) return false;
      throw thrown;
    }
  });
}
