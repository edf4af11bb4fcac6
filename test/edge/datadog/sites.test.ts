import { findSite, meantSite, SITES } from '../../../src/edge/datadog/sites.ts';

describe('sites', () => {
  test('every site has its own name, intake host and API host, and a 12-digit AWS account', () => {
    expect(new Set(SITES.map((site) => site.name)).size).toBe(SITES.length);
    expect(SITES.filter((site) => site.intakeHost !== `http-intake.logs.${site.site}`)).toEqual([]);
    expect(SITES.filter((site) => site.apiHost !== `api.${site.site}`)).toEqual([]);
    expect(SITES.filter((site) => !/^\d{12}$/.test(site.awsAccountId))).toEqual([]);
  });

  test('findSite knows exact names only', () => {
    expect(findSite('us2.ddog-gov.com')?.govCloudAwsAccountId).toBe('486737091498');
    expect(findSite('app.datadoghq.com')).toBeUndefined();
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
    ['acme.datadoghq.com', 'datadoghq.com'],
  ])('meantSite sees through %p', (given, site) => {
    expect(meantSite(given)?.site).toBe(site);
  });

  test.each(['', 'datadog', 'notdatadoghq.com', 'example.com', 'us9.datadoghq.com', 'https://api.us9.datadoghq.com'])('meantSite does not guess at %p', (given) => {
    expect(meantSite(given)).toBeUndefined();
  });
});
