import { ForwarderError, type ErrorCode } from '../../errors.ts';
import { skipped, WaitsFor, type Check, type Finding } from './check.ts';
import type { Setup } from './setup.ts';

/** A check and what it found. */
export interface Row {
  check: Check;
  finding: Finding;
}

/** Enough to hide the round trips, few enough for AWS's limits on these calls (some allow 10 a second). */
const AT_ONCE = 6;

/** Errors that a check of their own tells, so that the others need not. */
const TOLD_BY: Partial<Record<ErrorCode, string>> = { ERR_CREDENTIALS: 'credentials', ERR_SECRET: 'secret' };

/**
 * Runs the checks, several at once, and gives the rows in the checks' order, each as soon as it and all before it are
 * there. Every check is on its own: one that throws becomes a row that says why it was skipped, never a stack.
 */
export async function* examine(checks: readonly Check[], setup: Setup): AsyncGenerator<Row> {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  const rows = checks.map((check, at) => {
    const lane = at % AT_ONCE;
    const row = (lanes[lane] ?? Promise.resolve()).then(async (): Promise<Row> => ({ check, finding: await examineOne(check, setup) }));
    lanes[lane] = row.then(() => undefined);
    return row;
  });
  for (const row of rows) yield await row;
}

async function examineOne(check: Check, setup: Setup): Promise<Finding> {
  try {
    const finding = await check.run(setup);
    return finding.state === 'not ok' && finding.next === undefined ? { ...finding, next: check.fix } : finding;
  } catch (thrown) {
    if (thrown instanceof WaitsFor) return skipped(thrown.message);
    if (thrown instanceof ForwarderError) {
      const told = TOLD_BY[thrown.code];
      return told === undefined ? skipped(thrown.message, thrown.hint) : skipped(`waits for "${told}"`);
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return skipped(`this check itself is at fault: ${message}`, 'Report it, with this line.');
  }
}
