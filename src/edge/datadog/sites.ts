/** A Datadog site and its hosts (https://docs.datadoghq.com/api/latest/logs/send-logs/, https://docs.datadoghq.com/getting_started/site/). */
export interface Site {
  /** What `DD_SITE` holds. */
  name: string;
  /** What people call it. */
  title: string;
  /** Where logs are sent. */
  intakeHost: string;
  /** Where the API answers. */
  apiHost: string;
  /** Where people look at their logs. */
  appHost: string;
}

export const DEFAULT_SITE = 'datadoghq.com';

/** The sites of November 2026. New ones keep appearing: a site that is not here deserves a warning, not a refusal. */
export const SITES: readonly Site[] = [
  site('datadoghq.com', 'US1', 'app.datadoghq.com'),
  site('us3.datadoghq.com', 'US3', 'us3.datadoghq.com'),
  site('us5.datadoghq.com', 'US5', 'us5.datadoghq.com'),
  site('datadoghq.eu', 'EU1', 'app.datadoghq.eu'),
  site('ap1.datadoghq.com', 'AP1', 'ap1.datadoghq.com'),
  site('ap2.datadoghq.com', 'AP2', 'ap2.datadoghq.com'),
  site('uk1.datadoghq.com', 'UK1', 'uk1.datadoghq.com'),
  site('ddog-gov.com', 'US1-FED', 'app.ddog-gov.com'),
  site('us2.ddog-gov.com', 'US2-FED', 'us2.ddog-gov.com'),
];

/** The hosts of a site, also of one that {@link SITES} does not know yet: every site so far is named by the same rule. */
export function siteOf(name: string): Site {
  return SITES.find((known) => known.name === name) ?? site(name, name, `app.${name}`);
}

function site(name: string, title: string, appHost: string): Site {
  return { name, title, intakeHost: `http-intake.logs.${name}`, apiHost: `api.${name}`, appHost };
}
