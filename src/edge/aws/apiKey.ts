import { Secret } from '../../settings/secret.ts';
import type { ApiKeySource } from '../../settings/settings.ts';
import type { ApiKey } from '../datadog/intake.ts';
import { fetchApiKey } from './secrets.ts';

/**
 * The API key, read once and kept for the life of the process.
 *
 * @throws (from `read`) ForwarderError ERR_SECRET
 */
export function apiKey(source: ApiKeySource, functionName: string): ApiKey {
  if (source.kind === 'plain') return { read: () => Promise.resolve(source.key), refresh: () => Promise.resolve() };
  let known: Promise<Secret> | undefined;
  const fetch = () => fetchApiKey(source, { functionName }).then((key) => new Secret(key));
  return {
    async read() {
      const reading = (known ??= fetch());
      try {
        return await reading;
      } catch (thrown) {
        // Not kept: the next batch may have more luck.
        if (known === reading) known = undefined;
        throw thrown;
      }
    },
    async refresh() {
      const fresh = await fetch().catch(() => undefined);
      if (fresh !== undefined) known = Promise.resolve(fresh);
    },
  };
}
