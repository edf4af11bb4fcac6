import type { DatadogAccess } from '../edge/datadog/api/client.ts';
import { DEFAULT_SITE, meantSite, findSite } from '../edge/datadog/sites.ts';
import { ForwarderError } from '../errors.ts';
import type { Context } from './context.ts';

/**
 * The organisation that a command speaks to: DD_API_KEY and DD_APP_KEY, `--site` or DD_SITE, and DD_API_URL for another
 * server in its place.
 *
 * @throws ForwarderError ERR_USAGE when a key is missing, or the site is one that people write for another
 */
export function datadogAccess({ env }: Context, site = env['DD_SITE'] || DEFAULT_SITE): DatadogAccess {
  const [apiKey, appKey, apiUrl] = [env['DD_API_KEY'], env['DD_APP_KEY'], env['DD_API_URL']];
  if (!apiKey || !appKey) {
    const missing = [apiKey ? [] : 'DD_API_KEY', appKey ? [] : 'DD_APP_KEY'].flat().join(' and ');
    throw usage(`Cannot ask Datadog: ${missing} not set`, 'export DD_API_KEY=... DD_APP_KEY=... (Organization Settings > API Keys, > Application Keys)');
  }
  const meant = findSite(site) === undefined ? meantSite(site) : undefined;
  if (meant !== undefined) throw usage(`Cannot use "${site}" as a site`, `Probably meant: --site ${meant.site}`);
  return { site, apiKey, appKey, ...(apiUrl ? { apiUrl } : {}) };
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}
