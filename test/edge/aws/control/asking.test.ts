import { asking, askingFor } from '../../../../src/edge/aws/control/asking.ts';
import { ForwarderError } from '../../../../src/errors.ts';

const ASKED = { what: 'read the thing', permission: 'x:GetThing' };

function sdkError(name: string, httpStatusCode?: number, message = name): Error {
  return Object.assign(new Error(message), { name, ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }) });
}

describe('asking', () => {
  test('gives the answer through', async () => {
    expect(await asking(ASKED, async () => 42)).toBe(42);
  });

  test.each<[string, Error, string, RegExp]>([
    ['AccessDenied of S3', sdkError('AccessDenied', 403), 'ERR_API_DENIED', /access denied \(needs permission x:GetThing\)/],
    ['AccessDeniedException', sdkError('AccessDeniedException', 400), 'ERR_API_DENIED', /x:GetThing/],
    ['UnauthorizedOperation', sdkError('UnauthorizedOperation', 403), 'ERR_API_DENIED', /x:GetThing/],
    ['a 403 with a name of its own', sdkError('InsufficientDeliveryPolicyException', 403), 'ERR_API_DENIED', /x:GetThing/],
    ['no credentials', sdkError('CredentialsProviderError', undefined, 'Could not load credentials\n  from any providers'), 'ERR_CREDENTIALS', /Could not load credentials from any providers$/],
    ['an expired token', sdkError('ExpiredTokenException', 403), 'ERR_CREDENTIALS', /ExpiredTokenException/],
    ['an expired single sign-on', sdkError('TokenProviderError'), 'ERR_CREDENTIALS', /TokenProviderError/],
    ['a wrong signature', sdkError('SignatureDoesNotMatch', 403), 'ERR_CREDENTIALS', /SignatureDoesNotMatch/],
    ['no region', new Error('Region is missing'), 'ERR_CREDENTIALS', /no AWS region is set/],
    ['ThrottlingException', sdkError('ThrottlingException', 400), 'ERR_API_BUSY', /busy \(ThrottlingException\)/],
    ['TooManyRequestsException', sdkError('TooManyRequestsException', 429), 'ERR_API_BUSY', /busy/],
    ['SlowDown', sdkError('SlowDown', 503), 'ERR_API_BUSY', /busy/],
    ['a 500', sdkError('Oops', 500), 'ERR_API_BUSY', /busy/],
    ['a refused connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'ERR_API_UNREACHABLE', /no answer/],
    ['a name that does not resolve', Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' }), 'ERR_API_UNREACHABLE', /ENOTFOUND/],
    ['a time-out', sdkError('TimeoutError', undefined, 'took too long'), 'ERR_API_UNREACHABLE', /took too long/],
    ['an answer that is no JSON', sdkError('SyntaxError', 200, 'Unexpected token < in JSON'), 'ERR_API_UNREADABLE', /not one that AWS gives/],
    ['anything else', sdkError('ValidationException', 400, '1 validation error'), 'ERR_API_REFUSED', /ValidationException: 1 validation error/],
  ])('says %s in our words', async (_, thrown, code, message) => {
    await expect(asking(ASKED, () => Promise.reject(thrown))).rejects.toMatchObject({ code, message: expect.stringMatching(message), stage: 'cli', cause: thrown });
  });

  test('lets an error of ours pass as it is', async () => {
    const ours = new ForwarderError('ERR_USAGE', 'm', { stage: 'cli', retry: 'never', hint: 'h' });
    await expect(asking(ASKED, () => Promise.reject(ours))).rejects.toBe(ours);
  });
});

describe('askingFor', () => {
  test('is undefined for what is not there, and throws for the rest', async () => {
    expect(await askingFor(ASKED, ['NoSuchThing'], () => Promise.reject(sdkError('NoSuchThing', 404)))).toBeUndefined();
    await expect(askingFor(ASKED, ['NoSuchThing'], () => Promise.reject(sdkError('NoSuchOther', 404)))).rejects.toMatchObject({ code: 'ERR_API_REFUSED' });
  });
});
