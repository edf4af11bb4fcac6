import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ForwarderError } from '../errors.ts';
import type { Forwarded } from '../pipeline/forward.ts';
import type { Settings } from '../settings/settings.ts';
import { FILTER_METRIC, METRICS, NAMESPACE, type MetricName } from './names.ts';
import { balances } from './summary.ts';

/** EMF takes up to 100 values of one metric (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). */
const MAX_VALUES = 100;
const MAX_OBJECTS_LOGGED = 50;

/** What the function says of itself: JSON logs and one snapshot of all metrics per invocation. Never a record, never a key. */
export interface Report {
  warnings(warnings: string[]): void;
  invocation(forwarded: Forwarded, requestId: string): void;
  failure(error: ForwarderError, requestId: string): void;
}

export function createReport(functionName: string, level: Settings['logLevel']): Report {
  const logger = new Logger({ serviceName: functionName, logLevel: level === 'debug' ? 'DEBUG' : level === 'info' ? 'INFO' : level === 'warn' ? 'WARN' : 'ERROR' });
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: functionName });
  // Powertools adds a dimension "service" of its own; ours is the one that Lambda's metrics have.
  metrics.clearDefaultDimensions();

  return {
    warnings(warnings) {
      for (const warning of warnings) logger.warn(warning);
    },
    invocation(forwarded, requestId) {
      const { summary } = forwarded;
      const identityBroken = !balances(summary);
      for (const ledger of [...forwarded.ledgers.values()].filter((each) => each.holdsAnything || each.tooOld > 0).slice(0, MAX_OBJECTS_LOGGED)) {
        const about = { requestId, object: `s3://${ledger.ref.bucket}/${ledger.ref.key}` };
        for (const error of ledger.reasons) logger.error(error.message, { ...about, code: error.code, stage: error.stage, hint: error.hint, held: ledger.held });
        if (ledger.tooOld > 0) logger.warn('Records are older than 18 hours: the intake accepts them, then rejects them', { ...about, tooOld: ledger.tooOld });
      }
      if (identityBroken) logger.error('The records in are not the records delivered, filtered and held: this is a fault in the forwarder', { requestId, ...summary });
      logger.info('Forwarded', { requestId, ...summary, msLeft: Math.round(forwarded.msLeft) });

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
        IntakeLatencyMs: forwarded.intakeLatenciesMs,
        LagMs: forwarded.lagsMs,
        IdentityBroken: Number(identityBroken),
        NearTimeout: Number(forwarded.nearTimeout),
        MsLeft: Math.max(0, Math.round(forwarded.msLeft)),
      };
      metrics.addDimension('FunctionName', functionName);
      for (const [name, value] of Object.entries(values)) {
        for (const one of [value].flat().slice(0, MAX_VALUES)) metrics.addMetric(name, UNITS[METRICS[name as MetricName]], one);
      }
      metrics.publishStoredMetrics();
      for (const [filter, hits] of forwarded.filterHits) {
        metrics.addDimension('FunctionName', functionName);
        metrics.addDimension('Filter', filter);
        metrics.addMetric(FILTER_METRIC, MetricUnit.Count, hits);
        metrics.publishStoredMetrics();
      }
    },
    failure(error, requestId) {
      logger.error(error.message, { requestId, code: error.code, stage: error.stage, hint: error.hint });
    },
  };
}

const UNITS = { Count: MetricUnit.Count, Bytes: MetricUnit.Bytes, Milliseconds: MetricUnit.Milliseconds } as const;
