import type { Secret } from './secret.ts';

/** Where the Datadog API key comes from; the first one that is set wins, in this order (CONTRACT B4). */
export type ApiKeySource =
  | { kind: 'secrets-manager'; arn: string }
  | { kind: 'ssm'; name: string }
  | { kind: 'kms'; ciphertext: string }
  | { kind: 'plain'; key: Secret };

/** Where logs are posted. */
export interface IntakeAddress {
  protocol: 'https:' | 'http:';
  host: string;
  port: number;
  /** False only by DD_SKIP_SSL_VALIDATION. */
  verifyCertificate: boolean;
}

export type Compression = 'auto' | 'zstd' | 'gzip' | 'none';

/** What may be filtered; judged where filters are built. */
export interface FilterSettings {
  /** Where the filter file is: `s3://bucket/key` or `ssm:name`; absent: the one that was packaged, if one was. */
  uri?: string;
  includeQuery?: string;
  excludeQuery?: string;
  /** INCLUDE_AT_MATCH and EXCLUDE_AT_MATCH, the official forwarder's patterns. */
  includeAtMatch?: string;
  excludeAtMatch?: string;
}

/** What is taken out of records, beside the paths in the filter file; judged where the redactor is built. */
export interface RedactSettings {
  redactIp: boolean;
  redactEmail: boolean;
  scrubbingRule?: string;
  scrubbingReplacement?: string;
  /** What tokens are keyed with. */
  tokenKey?: Secret;
}

/** Everything the forwarder can be told, read once from the environment. */
export interface Settings {
  apiKey: ApiKeySource;
  site: string;
  intake: IntakeAddress;
  /** DD_TAGS, in their order. */
  tags: string[];
  /** DD_SOURCE: replaces `cloudtrail` as ddsource. */
  source?: string;
  /** `full`: the official forwarder's shape; `lean`: only what Datadog's pipeline needs. */
  metadata: 'full' | 'lean';
  /** False: nothing is sent, every record counts as filtered. */
  forwardLog: boolean;
  /** Ask Datadog to add the bucket's tags (DD-STORAGE-TAG). */
  enrichS3Tags: boolean;
  compression: Compression;
  /** 0 to 9; absent: the codec's own default. */
  compressionLevel?: number;
  /** POSTs in flight at once. */
  maxPosts: number;
  /** Objects read at once. */
  maxReads: number;
  /** A POST that has no answer after this long is given up and sent again. */
  postTimeoutMs: number;
  /** How long one batch is tried again within an invocation before its records are held. */
  retryForMs: number;
  heldQueueUrl?: string;
  deadLetterQueueUrl?: string;
  /** Attempts after which a held pointer goes to the dead-letter queue; absent: the held queue's own default. */
  heldMaxAttempts?: number;
  /** What becomes of records too old for the intake (18 hours, CONTRACT A7). */
  tooOld: 'send' | 'hold';
  filters: FilterSettings;
  redact: RedactSettings;
  /** Drop a record whose eventID came already in this invocation; it counts as filtered. */
  deduplicate: boolean;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** A server that speaks S3's protocol instead of S3 (AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL). */
  s3Endpoint?: string;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case, when one is set: the way to the intake. */
  proxy?: Record<string, string>;
  /** Worth saying once, not worth stopping for. */
  warnings: string[];
}
