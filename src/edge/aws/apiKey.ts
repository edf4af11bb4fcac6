import { Secret } from '../../settings/secret.ts';
import type { ApiKeySource } from '../../settings/settings.ts';
import type { ApiKey } from '../datadog/intake.ts';
import { fetchApiKey } from './secrets.ts';

/** After a refusal the key is read again, but not more often than this: a wrong key must not cost a call per batch. */
const MIN_REFRESH_MS = 10_000;

/**
 * The API key, read once and kept for the life of the process.
 *
 * @throws (from `read`) ForwarderError ERR_SECRET
 */
export function apiKey(source: ApiKeySource, now: () => number): ApiKey {
  if (source.kind === 'plain') return { read: () => Promise.resolve(source.key), refresh: () => Promise.resolve() };
  let known: Promise<Secret> | undefined;
  let readMs = 0;
  const fetch = () => {
    readMs = now();
    return fetchApiKey(source).then((key) => new Secret(key));
  };
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
      if (now() - readMs < MIN_REFRESH_MS) return;
      const fresh = await fetch().catch(() => undefined);
      if (fresh !== undefined) known = Promise.resolve(fresh);
    },
  };
}
