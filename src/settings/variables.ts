import { distance } from 'fastest-levenshtein';

/** The variables the forwarder reads. The official forwarder's names mean what they mean there (CONTRACT B4). */
export const VARIABLES = [
  'DD_API_KEY',
  'DD_API_KEY_SECRET_ARN',
  'DD_API_KEY_SSM_NAME',
  'DD_KMS_API_KEY',
  'DD_SITE',
  'DD_URL',
  'DD_PORT',
  'DD_NO_SSL',
  'DD_SKIP_SSL_VALIDATION',
  'DD_TAGS',
  'DD_SOURCE',
  'DD_METADATA',
  'DD_FORWARD_LOG',
  'DD_ENRICH_S3_TAGS',
  'DD_USE_COMPRESSION',
  'DD_COMPRESSION',
  'DD_COMPRESSION_LEVEL',
  'DD_MAX_WORKERS',
  'DD_MAX_READS',
  'DD_POST_TIMEOUT_MS',
  'DD_RETRY_FOR_MS',
  'DD_SQS_QUEUE_URL',
  'DD_DLQ_URL',
  'DD_HELD_MAX_ATTEMPTS',
  'DD_TOO_OLD',
  'DD_DEDUPLICATE',
  'DD_FILTERS',
  'DD_INCLUDE_QUERY',
  'DD_EXCLUDE_QUERY',
  'DD_SCRUBBING_RULE',
  'DD_SCRUBBING_RULE_REPLACEMENT',
  'DD_REDACT_KEY',
  'DD_LOG_LEVEL',
] as const;

/** The official forwarder's variables without the prefix. */
export type BareVariable = 'INCLUDE_AT_MATCH' | 'EXCLUDE_AT_MATCH' | 'REDACT_IP' | 'REDACT_EMAIL';

export type Variable = (typeof VARIABLES)[number];

/**
 * The official forwarder's variables that have no meaning for CloudTrail from S3, or whose work is done otherwise here.
 * They are let through with a warning, so that an environment can be carried over as it is.
 */
const WITHOUT_EFFECT = new Set([
  'DD_API_URL',
  'DD_STORE_FAILED_EVENTS',
  'DD_S3_BUCKET_NAME',
  'DD_ADDITIONAL_TARGET_LAMBDAS',
  'DD_USE_VPC',
  'DD_ENRICH_CLOUDWATCH_TAGS',
  'DD_FETCH_S3_TAGS',
  'DD_FETCH_LAMBDA_TAGS',
  'DD_FETCH_LOG_GROUP_TAGS',
  'DD_FETCH_STEP_FUNCTIONS_TAGS',
  'DD_TAGS_CACHE_TTL_SECONDS',
  'DD_MULTILINE_LOG_REGEX_PATTERN',
  'DD_ENHANCED_METRICS',
  'DD_FORWARDER_VERSION',
]);

/** Set by Datadog's own Lambda instrumentation, or read by its libraries: none of our business. */
const OF_DATADOGS_LIBRARIES =
  /^DD_(ENV|SERVICE|VERSION|APP_KEY|HOSTNAME|FLUSH_TO_LOG|LAMBDA_HANDLER|EXTENSION_.*|SERVERLESS_.*|TRACE_.*|APM_.*|LOGS_.*|PROFILING_.*|INSTRUMENTATION_.*|STEP_FUNCTIONS_.*|MERGE_XRAY_TRACES|CAPTURE_LAMBDA_.*|COLD_START_.*|DATA_STREAMS_.*|DYNAMIC_INSTRUMENTATION_.*|REMOTE_CONFIG.*|RUNTIME_METRICS_.*|APPSEC_.*)$/;

/** What a `DD_*` name is to the forwarder. */
export function judgeVariable(name: string): 'known' | 'without-effect' | 'foreign' | { meant: Variable } | 'unknown' {
  if ((VARIABLES as readonly string[]).includes(name)) return 'known';
  if (WITHOUT_EFFECT.has(name)) return 'without-effect';
  const [nearest] = [...VARIABLES].sort((a, b) => distance(name, a) - distance(name, b));
  if (nearest !== undefined && distance(name, nearest) <= 2) return { meant: nearest };
  return OF_DATADOGS_LIBRARIES.test(name) ? 'foreign' : nearest !== undefined && distance(name, nearest) <= 4 ? { meant: nearest } : 'unknown';
}
