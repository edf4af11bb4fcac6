import type { ForwarderError } from '../errors.ts';
import type { Forwarded } from '../pipeline/forward.ts';
import type { Settings } from '../settings/settings.ts';
import { FILTER_METRIC, METRICS, NAMESPACE, type MetricName } from './names.ts';
import { balances } from './summary.ts';

/** CloudWatch takes up to 100 values of one metric from a log line. */
const MAX_VALUES = 100;
const MAX_OBJECTS_LOGGED = 50;

type Level = Settings['logLevel'];
const LEVELS: Level[] = ['debug', 'info', 'warn', 'error'];

/** What the function says of itself: JSON logs, and one line with all metrics per invocation. Never a record, never a key. */
export interface Report {
  warnings(warnings: string[]): void;
  invocation(forwarded: Forwarded, requestId: string): void;
  failure(error: ForwarderError, requestId: string): void;
}

/**
 * Writes JSON lines. Metrics are members of such a line, as CloudWatch reads them from a function's log by themselves
 * (embedded metric format, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * one line and one write an invocation. A logger and a metrics library took 13 % of a small object's time.
 *
 * @param least lines of a lower level are not written; metrics always are
 * @param write takes whole lines; the console would put a prefix before them, which CloudWatch does not read past
 * @param now ms since the epoch
 */
export function createReport(functionName: string, least: Level, write: (lines: string) => void, now: () => number): Report {
  const stamp = (level: Level, message: string) => ({ level: level.toUpperCase(), message, timestamp: new Date(now()).toISOString(), service: functionName });
  const log = (level: Level, message: string, about: object = {}) => {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(least)) write(`${JSON.stringify({ ...stamp(level, message), ...about })}\n`);
  };

  return {
    warnings(warnings) {
      for (const warning of warnings) log('warn', warning);
    },
    invocation(forwarded, requestId) {
      const { summary } = forwarded;
      const identityBroken = !balances(summary);
      for (const ledger of [...forwarded.ledgers.values()].filter((each) => each.holdsAnything || each.tooOld > 0).slice(0, MAX_OBJECTS_LOGGED)) {
        const about = { requestId, object: `s3://${ledger.ref.bucket}/${ledger.ref.key}` };
        for (const error of ledger.reasons) log('error', error.message, { ...about, code: error.code, stage: error.stage, hint: error.hint, held: ledger.held });
        if (ledger.tooOld > 0) log('warn', 'Records are older than 18 hours: the intake accepts them, then rejects them', { ...about, tooOld: ledger.tooOld });
      }
      if (identityBroken) log('error', 'The records in are not the records delivered, filtered and held: this is a fault in the forwarder', { requestId, ...summary });

      const values: Record<MetricName, number | number[]> = {
        Objects: summary.objects,
        ObjectsHeld: summary.objectsHeld,
        ObjectsIgnored: summary.ignored,
        RecordsIn: summary.recordsIn,
        RecordsDelivered: summary.delivered,
        RecordsFiltered: summary.filtered,
        RecordsHeld: summary.held,
        RecordsTooOld: summary.tooOld,
        RecordsTruncated: summary.truncated,
        RecordsClashing: summary.clashing,
        RecordsDuplicate: summary.duplicates,
        BytesIn: summary.bytesIn,
        BytesRaw: summary.bytesRaw,
        BytesWire: summary.bytesWire,
        Batches: summary.batches,
        Retries: summary.retries,
        IntakeLatencyMs: forwarded.intakeLatenciesMs.slice(0, MAX_VALUES),
        LagMs: forwarded.lagsMs.slice(0, MAX_VALUES),
        IdentityBroken: Number(identityBroken),
        NearTimeout: Number(forwarded.nearTimeout),
        MsLeft: Math.max(0, Math.round(forwarded.msLeft)),
      };
      // A list without values is no metric.
      const told = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'number' || value.length > 0));
      const metrics = METRIC_NAMES.filter((name) => name in told).map((name) => ({ Name: name, Unit: METRICS[name] }));
      const about = { ...stamp('info', 'Forwarded'), requestId, trigger: summary.trigger };
      const lines: Record<string, unknown>[] = [{ ...embedded(now(), ['FunctionName'], metrics), ...about, FunctionName: functionName, ...told }];
      for (const [filter, hits] of forwarded.filterHits) {
        lines.push({ ...embedded(now(), ['FunctionName', 'Filter'], [{ Name: FILTER_METRIC, Unit: 'Count' }]), ...stamp('info', 'Filter'), requestId, FunctionName: functionName, Filter: filter, [FILTER_METRIC]: hits });
      }
      write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    failure(error, requestId) {
      log('error', error.message, { requestId, code: error.code, stage: error.stage, hint: error.hint });
    },
  };
}

const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

function embedded(Timestamp: number, dimensions: string[], Metrics: { Name: string; Unit: string }[]): Record<string, unknown> {
  return { _aws: { Timestamp, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [dimensions], Metrics }] } };
}
