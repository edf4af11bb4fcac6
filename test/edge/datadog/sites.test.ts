import { meantSite, siteOf, SITES } from '../../../src/edge/datadog/sites.ts';

describe('sites', () => {
  test('every site has its own title, intake host and API host, and a 12-digit AWS account', () => {
    expect(new Set(SITES.map((site) => site.title)).size).toBe(SITES.length);
    expect(SITES.filter((site) => site.intakeHost !== `http-intake.logs.${site.name}`)).toEqual([]);
    expect(SITES.filter((site) => site.apiHost !== `api.${site.name}`)).toEqual([]);
    expect(SITES.filter((site) => !/^\d{12}$/.test(site.awsAccountId ?? ''))).toEqual([]);
  });

  test('siteOf answers for a site that is not in the list, without an account to trust', () => {
    expect(siteOf('us2.ddog-gov.com').govCloudAwsAccountId).toBe('486737091498');
    expect(siteOf('us9.datadoghq.com')).toMatchObject({ intakeHost: 'http-intake.logs.us9.datadoghq.com', apiHost: 'api.us9.datadoghq.com' });
    expect(siteOf('us9.datadoghq.com').awsAccountId).toBeUndefined();
  });

  test.each([
    ['https://app.datadoghq.com', 'datadoghq.com'],
    ['https://us5.datadoghq.com/logs?query=source:cloudtrail', 'us5.datadoghq.com'],
    ['app.datadoghq.eu', 'datadoghq.eu'],
    ['http-intake.logs.ap1.datadoghq.com:443', 'ap1.datadoghq.com'],
    ['api.us2.ddog-gov.com', 'us2.ddog-gov.com'],
    [' US1 ', 'datadoghq.com'],
    ['us1-fed', 'ddog-gov.com'],
    ['datadoghq.com', 'datadoghq.com'],
  ])('meantSite sees through %p', (given, site) => {
    expect(meantSite(given)?.name).toBe(site);
  });

  test.each(['', 'datadog', 'notdatadoghq.com', 'example.com'])('meantSite does not guess at %p', (given) => {
    expect(meantSite(given)).toBeUndefined();
  });
});
