/** CloudWatch namespace of the metrics; their one dimension is `FunctionName`. */
export const NAMESPACE = 'CloudTrailForwarder';

/** Every metric, with its unit: one snapshot of all of them goes out per invocation (EMF). */
export const METRICS = {
  /** Objects that were read. */
  Objects: 'Count',
  /** Objects of which at least one record, or an unknown rest, was held. */
  ObjectsHeld: 'Count',
  /** What the trigger named that is no object to forward: test events, removals, digests. */
  ObjectsIgnored: 'Count',
  /** Records cut from objects; always delivered + filtered + held. */
  RecordsIn: 'Count',
  RecordsDelivered: 'Count',
  RecordsFiltered: 'Count',
  RecordsHeld: 'Count',
  /** Sent, but older than the 18 hours in which the intake takes logs. */
  RecordsTooOld: 'Count',
  /** Delivered, but cut to 1 MB. */
  RecordsTruncated: 'Count',
  /** Delivered, with a top-level name kept as `original_...`. */
  RecordsClashing: 'Count',
  /** Filtered because their eventID came already in the invocation. */
  RecordsDuplicate: 'Count',
  /** As stored in S3. */
  BytesIn: 'Bytes',
  /** Posted, before compression: what Datadog bills. */
  BytesRaw: 'Bytes',
  /** Posted, after compression: what the network bills. */
  BytesWire: 'Bytes',
  Batches: 'Count',
  Retries: 'Count',
  IntakeLatencyMs: 'Milliseconds',
  /** From the eventTime of a batch's oldest record to its acceptance. */
  LagMs: 'Milliseconds',
  /** 1 when the records in are not the records delivered, filtered and held. */
  IdentityBroken: 'Count',
  /** 1 when the invocation had to stop reading because its time was nearly over. */
  NearTimeout: 'Count',
  /** Time that was left at the end. */
  MsLeft: 'Milliseconds',
} as const;

/** For each filter, with the further dimension `Filter`: records that it decided about. A filter without hits says 0. */
export const FILTER_METRIC = 'FilterHits';

export type MetricName = keyof typeof METRICS;
