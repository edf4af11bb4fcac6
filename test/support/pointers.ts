import type { HeldPointer } from '../../src/model.ts';

/** A pointer to the whole of an object that was tried once. */
export function heldPointer(more: Partial<HeldPointer> = {}): HeldPointer {
  return {
    bucket: 'cloudtrail-logs-123456789012',
    key: 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_Ab3dEf6hIj9kLm2n.json.gz',
    ranges: [{ first: 0 }],
    records: null,
    reason: { code: 'ERR_INTAKE_BUSY', message: 'The intake answered 503', hint: 'Nothing to do: it is tried again by itself.' },
    permanent: false,
    attempts: 1,
    firstHeldMs: Date.parse('2026-11-20T12:06:15Z'),
    lastTriedMs: Date.parse('2026-11-20T12:06:15Z'),
    ...more,
  };
}
