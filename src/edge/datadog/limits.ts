/**
 * What the logs intake takes. "Maximum content size per payload (uncompressed): 5MB. Maximum size for a single log: 1MB.
 * Maximum array size if sending multiple logs in an array: 1000 entries. Any log exceeding 1MB is accepted and truncated"
 * (https://docs.datadoghq.com/api/latest/logs/send-logs/). MB is read as 1,000,000 bytes, the stricter of its two meanings.
 */

/** Bytes of a payload before compression, brackets and commas included; above it the intake answers 413. */
export const MAX_PAYLOAD_BYTES = 5_000_000;

/** Logs in one payload. */
export const MAX_ENTRIES = 1_000;

/** Bytes of one log; what is longer is accepted and cut by the intake. */
export const MAX_ENTRY_BYTES = 1_000_000;

/** "Datadog rejects a log entry if its official date is older than 18 hours": the intake still answers 202. */
export const MAX_AGE_MS = 18 * 3_600_000;
