import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decode } from '../../../src/pipeline/decode/decode.ts';
import { describeShared, SHARED, sharedFiles } from '../../support/sharedData.ts';

describeShared('trigger events that others recorded', () => {
  const folder = 'cloudtrail-data/s3-notifications';
  const understood = sharedFiles(folder, /\.json$/).filter((file) => !/cloudwatch|lambda-promtail\/sns-event|lambda-promtail\/sqs-event/.test(file));

  test.each(understood.map((file) => [file.slice(SHARED.length + folder.length + 2), file]))('%s names an object or is ignored for a reason', (_, file) => {
    const { envelopes } = decode(JSON.parse(readFileSync(file, 'utf8')));
    const named = envelopes.flatMap(({ objects, ignored }) => [...objects, ...ignored]);
    expect(named.length).toBeGreaterThan(0);
    expect(envelopes.filter(({ problem }) => problem)).toEqual([]);
    expect(envelopes.flatMap(({ ignored }) => ignored.map(({ reason }) => reason))).toEqual(
      /test-event/.test(basename(file)) ? ['test-event'] : /deleted/.test(basename(file)) ? ['object-removed'] : [],
    );
  });

  test.each(['datadog-forwarder/cloudwatch_log_cloudtrail.json', 'lambda-promtail/sns-event.json'])('%s is not for us, and refused', (file) => {
    const payload: unknown = JSON.parse(readFileSync(join(SHARED, folder, file), 'utf8'));
    expect(() => decode(payload)).toThrow(expect.objectContaining({ code: 'ERR_EVENT_UNKNOWN' }));
  });
});
