import { gunzipSync } from 'node:zlib';
import { makeCanary, prefixOf, CHANCE } from '../../../src/cli/verify/canary.ts';
import { isDigestKey, parseTrailKey } from '../../../src/object/layout.ts';

const PLACE = { accountId: '123456789012', region: 'eu-west-1', prefix: 'AWSLogs/', senderArn: 'arn:aws:iam::123456789012:user/operator' };
const NOW_MS = Date.parse('2026-11-20T12:05:33.123Z');

describe('makeCanary', () => {
  test("lies where CloudTrail's own objects lie, also in an organisation's folder", () => {
    for (const prefix of ['AWSLogs/', 'audit/AWSLogs/o-a1b2c3d4e5/']) {
      const { key } = makeCanary({ ...PLACE, prefix }, NOW_MS);
      expect(parseTrailKey(key)).toMatchObject({ account: '123456789012', folder: 'CloudTrail', region: 'eu-west-1', day: '2026/11/20', deliveredMs: Date.parse('2026-11-20T12:05:00Z') });
      expect(key).toMatch(/_20261120T1205Z_CANARY[A-Z0-9]{10}\.json\.gz$/);
      expect(isDigestKey(key)).toBe(false);
    }
  });

  test('is one record that is found by its eventID and says that it is synthetic', () => {
    const { body, eventId } = makeCanary(PLACE, NOW_MS);
    const { Records } = JSON.parse(gunzipSync(body).toString()) as { Records: Record<string, unknown>[] };
    expect(Records).toEqual([
      expect.objectContaining({
        eventID: eventId,
        eventTime: '2026-11-20T12:05:33Z',
        eventName: 'Canary',
        readOnly: true,
        recipientAccountId: '123456789012',
        additionalEventData: expect.objectContaining({ synthetic: true, sentBy: PLACE.senderArn }),
      }),
    ]);
  });

  test('is another one each time', () => {
    const canaries = Array.from({ length: 50 }, () => makeCanary(PLACE, NOW_MS));
    expect(new Set(canaries.map(({ key }) => key)).size).toBe(50);
    expect(new Set(canaries.map(({ eventId }) => eventId)).size).toBe(50);
    expect(CHANCE.letters()).toMatch(/^[A-Z0-9]{10}$/);
  });
});

describe('prefixOf', () => {
  test.each([
    ['', 'AWSLogs/'],
    ['audit', 'audit/AWSLogs/'],
    ['audit/', 'audit/AWSLogs/'],
    ['AWSLogs', 'AWSLogs/'],
    ['AWSLogs/', 'AWSLogs/'],
    ['audit/AWSLogs/o-a1b2c3d4e5', 'audit/AWSLogs/o-a1b2c3d4e5/'],
    ['AWSLogs/123456789012/CloudTrail/', 'AWSLogs/'],
    ['a/AWSLogs/o-a1b2c3d4e5/123456789012/', 'a/AWSLogs/o-a1b2c3d4e5/'],
  ])('%p is %p', (given, prefix) => {
    expect(prefixOf(given)).toBe(prefix);
  });
});
