import { ForwarderError } from '../../../errors.ts';
import { findSite, intakeHost, meantSite, SITES } from '../../../edge/datadog/sites.ts';
import { notOk, ok, skipped, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';

export const datadog: Check[] = [
  {
    id: 'site',
    group: 'siem',
    title: 'DD_SITE is a Datadog site',
    async run(setup) {
      const site = await setup.site();
      const known = findSite(site);
      if (known !== undefined) return ok(`${site} (${known.name}), logs go to ${known.intakeHost}`);
      const meant = meantSite(site);
      if (meant !== undefined) return notOk(`"${site}" is not a site; ${meant.site} is probably meant`, `npx serverless deploy --param="site=${meant.site}"`);
      return skipped(`"${site}" is not one of the sites known to this version (${SITES.map((one) => one.site).join(', ')}); logs would go to ${intakeHost(site)}`);
    },
    fix: 'npx serverless deploy --param="site=datadoghq.com"',
  },
  {
    id: 'api-key',
    group: 'siem',
    title: 'Datadog knows the API key that the forwarder sends',
    async run(setup) {
      const key = await setup.forwarderKey();
      const site = await setup.site();
      const { apiUrl } = setup.options;
      const api = setup.doors.openDatadog({ site, apiKey: key, ...(apiUrl === undefined ? {} : { apiUrl }) });
      if (await api.isApiKeyValid()) return ok(`the key that ends in ${key.slice(-4)} is valid at ${site}`);
      return notOk(
        `${site} does not know the key that ends in ${key.slice(-4)}: it was revoked, or belongs to another site`,
        'Make a key under Organization Settings > API Keys on that site and put it into the secret (secret in this list names it)',
      );
    },
    fix: 'Put a valid key into the secret',
  },
  {
    id: 'intake',
    group: 'siem',
    title: 'The logs intake can be reached and takes the key',
    async run(setup) {
      const { intake } = await setup.settings();
      const address = `${intake.protocol}//${intake.host}${intake.port === 443 ? '' : `:${intake.port}`}`;
      const key = await setup.forwarderKey();
      try {
        const status = await setup.doors.knock(intake, key);
        if (status >= 200 && status < 300) return ok(`${address} answered ${status}, from here`);
        if (status === 401 || status === 403) return notOk(`${address} refuses the key that ends in ${key.slice(-4)} (${status})`, 'api-key and site in this list: key and site must belong together');
        if (status === 429 || status >= 500) return skipped(`${address} is busy (${status})`, 'Wait a minute and run it again.');
        return notOk(`${address} answered ${status}, which is not how a logs intake answers`, `${deployAgain(await setup.forwarder())} (leave out the parameter intakeHost)`);
      } catch (thrown) {
        if (!(thrown instanceof ForwarderError) || thrown.code !== 'ERR_API_UNREACHABLE') throw thrown;
        return notOk(thrown.message, `${thrown.hint} A function in a VPC needs a NAT gateway, a proxy or PrivateLink for it.`);
      }
    },
    fix: 'Allow HTTPS to the intake',
  },
];
