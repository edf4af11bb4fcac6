import { createReport } from '../../src/metrics/report.ts';
import { METRICS } from '../../src/metrics/names.ts';
import { ForwarderError } from '../../src/errors.ts';
import type { Forwarded } from '../../src/pipeline/forward.ts';
import { Ledger } from '../../src/pipeline/ledger.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 5);
const COUNTS = { trigger: 's3', objects: 1, objectsHeld: 0, ignored: 2, recordsIn: 9, delivered: 7, filtered: 2, held: 0, tooOld: 0, truncated: 0, clashing: 0, duplicates: 0, bytesIn: 100, bytesRaw: 900, bytesWire: 90, batches: 1, retries: 0 };

function told(least: 'debug' | 'info' | 'warn' | 'error', say: (report: ReturnType<typeof createReport>) => void): Record<string, unknown>[] {
  let text = '';
  say(createReport('f', least, (lines) => (text += lines), () => NOW));
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
}

function forwarded(more: Partial<Forwarded> = {}): Forwarded {
  return { summary: COUNTS, ledgers: new Map(), notHeld: undefined, filterHits: new Map(), intakeLatenciesMs: [12, 40], lagsMs: [], nearTimeout: false, msLeft: 1234.5, ...more };
}

interface Embedded {
  Timestamp: number;
  CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
}

/** What the specification of the embedded metric format asks of a line. */
function metricsOf(line: Record<string, unknown>): Record<string, unknown> {
  const { Timestamp, CloudWatchMetrics } = line._aws as Embedded;
  expect(Timestamp).toBe(NOW);
  const [{ Namespace, Dimensions, Metrics }] = CloudWatchMetrics as [Embedded['CloudWatchMetrics'][0]];
  expect(Namespace).toBe('CloudTrailForwarder');
  for (const name of Dimensions.flat()) expect(typeof line[name]).toBe('string');
  for (const { Name, Unit } of Metrics) {
    expect(['Count', 'Bytes', 'Milliseconds']).toContain(Unit);
    const values = [line[Name]].flat();
    expect(values.length).toBeGreaterThan(0);
    expect(values.length).toBeLessThanOrEqual(100);
    for (const value of values) expect(typeof value).toBe('number');
  }
  return Object.fromEntries([...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)].map((name) => [name, line[name]]));
}

test('an invocation is one line: its metrics, and who it was', () => {
  const [line, ...others] = told('info', (report) => report.invocation(forwarded(), 'r-1'));
  expect(others).toEqual([]);
  expect(line).toMatchObject({ level: 'INFO', message: 'Forwarded', timestamp: '2026-11-20T12:05:00.000Z', service: 'f', requestId: 'r-1', trigger: 's3' });
  expect(metricsOf(line!)).toMatchObject({ FunctionName: 'f', RecordsIn: 9, RecordsDelivered: 7, RecordsFiltered: 2, IntakeLatencyMs: [12, 40], MsLeft: 1235, IdentityBroken: 0 });
});

test('every metric is in it that has a value, with its unit', () => {
  const [line] = told('error', (report) => report.invocation(forwarded({ lagsMs: Array.from({ length: 250 }, (_, k) => k) }), 'r-1'));
  expect(Object.keys(metricsOf(line!)).sort()).toEqual(['FunctionName', ...Object.keys(METRICS)].sort());
  const [empty] = told('error', (report) => report.invocation(forwarded({ intakeLatenciesMs: [] }), 'r-1'));
  expect(Object.keys(metricsOf(empty!))).not.toContain('IntakeLatencyMs');
  expect(empty).not.toHaveProperty('IntakeLatencyMs');
});

test('a filter has a line of its own, also without a hit', () => {
  const [, ...filters] = told('info', (report) => report.invocation(forwarded({ filterHits: new Map([['kms', 2], ['config', 0]]) }), 'r-1'));
  expect(filters.map(metricsOf)).toEqual([
    { FunctionName: 'f', Filter: 'kms', FilterHits: 2 },
    { FunctionName: 'f', Filter: 'config', FilterHits: 0 },
  ]);
});

test('what is held is told with its reason, and a broken identity as our fault', () => {
  const ledger = new Ledger({ bucket: 'b', key: 'k', attempts: 0 });
  ledger.hold(0, 3, new ForwarderError('ERR_INTAKE_UNREACHABLE', 'No answer', { stage: 'deliver', retry: 'later', hint: 'Wait.' }));
  const lines = told('error', (report) => report.invocation(forwarded({ ledgers: new Map([[ledger.ref, ledger]]), summary: { ...COUNTS, recordsIn: 99 } }), 'r-1'));
  expect(lines).toMatchObject([
    { level: 'ERROR', message: 'No answer', object: 's3://b/k', code: 'ERR_INTAKE_UNREACHABLE', stage: 'deliver', hint: 'Wait.', held: 3, requestId: 'r-1' },
    { level: 'ERROR', message: expect.stringContaining('a fault in the forwarder') as string, recordsIn: 99 },
    { RecordsIn: 99, IdentityBroken: 1 },
  ]);
});

test('lines below the level are not written', () => {
  const say = (report: ReturnType<typeof createReport>) => report.warnings(['w']);
  expect(told('warn', say)).toMatchObject([{ level: 'WARN', message: 'w', service: 'f' }]);
  expect(told('error', say)).toEqual([]);
});
