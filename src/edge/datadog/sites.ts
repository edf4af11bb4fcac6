/**
 * Datadog's sites. Hosts: the send-logs API page and the client's server list (CONTRACT A1); AWS accounts that the
 * integration role trusts: the mapping DdAccountIdBySite of Datadog's CloudFormation quickstart 4.15.1 (CONTRACT D1).
 * New sites keep appearing, so an unknown one deserves a warning, never a refusal.
 */
export interface Site {
  /** As in DD_SITE: `datadoghq.com`. */
  site: string;
  /** As in Datadog's documentation and site picker: `US1`. */
  name: string;
  intakeHost: string;
  apiHost: string;
  appHost: string;
  /** The AWS account, in the `aws` partition, that Datadog assumes the integration role from. */
  awsAccountId: string;
  /** The same for a role in the `aws-us-gov` partition; only the FED sites have one. */
  govCloudAwsAccountId?: string;
}

/** What an absent DD_SITE means. */
export const DEFAULT_SITE = 'datadoghq.com';

export const SITES: readonly Site[] = [
  entry('US1', 'datadoghq.com', 'app.datadoghq.com', '464622532012'),
  entry('US3', 'us3.datadoghq.com', 'us3.datadoghq.com', '464622532012'),
  entry('US5', 'us5.datadoghq.com', 'us5.datadoghq.com', '464622532012'),
  entry('EU1', 'datadoghq.eu', 'app.datadoghq.eu', '464622532012'),
  entry('AP1', 'ap1.datadoghq.com', 'ap1.datadoghq.com', '417141415827'),
  entry('AP2', 'ap2.datadoghq.com', 'ap2.datadoghq.com', '412381753143'),
  entry('UK1', 'uk1.datadoghq.com', 'uk1.datadoghq.com', '117348461845'),
  entry('US1-FED', 'ddog-gov.com', 'app.ddog-gov.com', '392588925713', '065115117704'),
  entry('US2-FED', 'us2.ddog-gov.com', 'us2.ddog-gov.com', '382742775718', '486737091498'),
];

function entry(name: string, site: string, appHost: string, awsAccountId: string, govCloudAwsAccountId?: string): Site {
  return {
    site,
    name,
    intakeHost: intakeHost(site),
    apiHost: apiHost(site),
    appHost,
    awsAccountId,
    ...(govCloudAwsAccountId === undefined ? {} : { govCloudAwsAccountId }),
  };
}

/** The logs intake's host of any site, also of one that is not in {@link SITES}. */
export function intakeHost(site: string): string {
  return `http-intake.logs.${site}`;
}

/** The API's host of any site, also of one that is not in {@link SITES}. */
export function apiHost(site: string): string {
  return `api.${site}`;
}

/** The site with exactly this DD_SITE, or undefined. */
export function findSite(site: string): Site | undefined {
  return SITES.find((known) => known.site === site);
}

/** How sites are named that have a label of their own: `us3`, `ap2`. A label like this that is not in the table may be a new site. */
const SITE_LABEL = /^[a-z]{2,3}\d{1,2}$/;

/**
 * The site that was probably meant by what people put into DD_SITE by mistake: the address in the browser, an API or
 * intake host, or the site's name (`https://app.datadoghq.eu/logs`, `api.us3.datadoghq.com`, `US1`). Undefined when none.
 */
export function meantSite(given: string): Site | undefined {
  const text = given.trim().toLowerCase();
  const byName = SITES.find((known) => known.name.toLowerCase() === text);
  if (byName !== undefined) return byName;
  const host = text.replace(/^[a-z]+:\/\//, '').replace(/[/:?#].*$/, '');
  return SITES.filter((known) => host === known.site || isUnder(host, known.site)).sort(
    (one, other) => other.site.length - one.site.length,
  )[0];
}

function isUnder(host: string, site: string): boolean {
  if (!host.endsWith(`.${site}`)) return false;
  const label = host.slice(0, -site.length - 1).split('.').at(-1) ?? '';
  return !SITE_LABEL.test(label);
}
