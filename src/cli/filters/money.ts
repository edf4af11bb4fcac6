import type { Volume } from './tally.ts';

/** What Datadog takes; US dollars. */
export interface Prices {
  /** For a GB (10^9 bytes) of logs taken in, uncompressed. */
  ingestPrice: number;
  /** For a million logs indexed. */
  indexPrice: number;
  /** For a million logs analysed by Cloud SIEM. */
  siemPrice: number;
  /** What the forwarder adds to each record. */
  metadataBytes: number;
}

/** A month of logs. */
export interface Month {
  records: number;
  gigabytes: number;
  dollars: number;
}

const MONTH_DAYS = 30;

/** The volume of `days` days as a month. */
export function monthOf({ records, bytes }: Volume, days: number, { ingestPrice, indexPrice, siemPrice, metadataBytes }: Prices): Month {
  const times = MONTH_DAYS / days;
  const gigabytes = ((bytes + records * metadataBytes) / 1e9) * times;
  const monthly = records * times;
  return { records: monthly, gigabytes, dollars: gigabytes * ingestPrice + (monthly / 1e6) * (indexPrice + siemPrice) };
}
