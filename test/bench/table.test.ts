import type { Row } from '../../bench/compare.ts';
import { summary } from '../../bench/table.ts';

const row = (more: Partial<Row>): Row => ({ case: 'object of 100 MB', contestant: 'ours', objects: 1, records: 1000, bytesIn: 100e6, cpuS: 0.5, wallS: 0.6, peakRssBytes: 93e6, posts: 72, bytesOut: 12e6, bytesIngested: 131e6, times: [], rounds: 4, ...more });

test("README's table tells each contestant of a case, and of several objects what one takes", () => {
  const text = summary(
    [
      row({ contestant: 'official forwarder (Python)', cpuS: 6, wallS: 7, bytesIngested: 137e6 }),
      row({ cpuOverFloor: 1.591, times: [{ than: 'official forwarder (Python)', cpu: 12.04, wall: 11.66 }, { than: 'naive, JSON and fetch', cpu: 5.4, wall: 5 }] }),
      row({ case: 'small objects, 10 per invocation', objects: 1000, bytesIn: 9e6, cpuS: 0.56, wallS: 0.7, posts: 1100 }),
      row({ case: 'object of 1 MB' }),
    ],
    [{ bundle: 'f', bundleBytes: 594_000, initMs: 49, toAnswerMs: 67, rounds: 15 }],
  );
  expect(text.split('\n').slice(2)).toEqual([
    '| object of 100 MB | official forwarder (Python) | 6.00 s | 7.00 s | 93 MB | 72 |  |  |  |  |',
    '|  | ours | 500 ms | 600 ms | 93 MB | 72 | 1.59x | 12.0x | 11.7x | 5.4x |',
    '| small objects, 10 per invocation (each) | ours | 0.56 ms | 0.70 ms | 93 MB | 1,100 |  |  |  |  |',
    '',
    'Bytes ingested per byte of record: official forwarder (Python) 1.37; ours 1.31.',
    'A cold start takes 49 ms until the runtime asks for work, and 67 ms until the first small object is delivered; the bundle has 594 KB.',
    '',
  ]);
});
