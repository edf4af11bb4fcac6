import { once } from '../../once.ts';
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
  const fetch = () => fetchApiKey(source, { functionName }).then((key) => new Secret(key));
  let read = once(fetch);
  return {
    read: () => read(),
    async refresh() {
      const fresh = await fetch().catch(() => undefined);
      if (fresh !== undefined) read = () => Promise.resolve(fresh);
    },
  };
}
