import type { Clock } from '../../clock.ts';
import { openAwsControl } from '../../edge/aws/control/open.ts';
import type { FoundLog } from '../../edge/datadog/api/logs.ts';
import { openDatadogApi } from '../../edge/datadog/api/open.ts';
import { findSite } from '../../edge/datadog/sites.ts';
import { printUri } from '../../object/uri.ts';
import { awsSession } from '../awsSession.ts';
import type { Context } from '../context.ts';
import { datadogAccess } from '../datadogAccess.ts';
import { progress } from '../progress.ts';
import { makeCanary } from './canary.ts';
import type { VerifyOptions } from './command.ts';
import { canaryQuery, follow } from './follow.ts';
import { findPlace } from './place.ts';
import { cloudSiemTag, printOutcome, type Outcome } from './report.ts';

/** Sends the canary and follows it. Sets the context's exit code. */
export async function runVerify(ctx: Context, options: VerifyOptions, clock: Clock): Promise<void> {
  const access = datadogAccess(ctx, options.site);
  const datadog = openDatadogApi(access);
  const aws = openAwsControl(awsSession(ctx, options.region));
  const { bucket, ...place } = await findPlace(aws, options);
  const canary = makeCanary(place, clock.now());
  const uri = printUri({ bucket, key: canary.key });
  if (options.dryRun) {
    ctx.out.write(options.json ? `${JSON.stringify({ dryRun: true, eventId: canary.eventId, uri }, null, 2)}\n` : `would write ${uri}\n`);
    return;
  }
  // A search that is refused must be known before anything is written.
  await datadog.searchLogs({ query: canaryQuery(canary.eventId), fromMs: clock.now() - 60_000, toMs: clock.now(), limit: 1 });

  const { versionId } = await aws.buckets.put(bucket, canary.key, canary.body);
  const sinceMs = clock.now();
  ctx.err.write(`wrote ${uri}\n`);
  const leftover = removal(bucket, canary.key, versionId);
  const line = progress(ctx, 'waiting, seconds:');
  let logs: FoundLog[];
  try {
    logs = await follow({
      eventId: canary.eventId,
      sinceMs,
      timeoutMs: options.timeout * 1000,
      search: (search) => datadog.searchLogs(search),
      clock,
      ...(ctx.interrupted === undefined ? {} : { interrupted: ctx.interrupted }),
      onWait: (waitedMs) => line.at(Math.round(waitedMs / 1000), options.timeout),
    });
  } catch (thrown) {
    ctx.err.write(`left in the bucket; remove it with: ${leftover}\n`);
    throw thrown;
  } finally {
    line.end();
  }
  if (logs.length === 0 && ctx.interrupted?.aborted) {
    ctx.err.write(`stopped; the canary is left in the bucket, remove it with: ${leftover}\n`);
    ctx.exitCode = 2;
    return;
  }

  const outcome: Outcome = {
    eventId: canary.eventId,
    uri,
    query: canaryQuery(canary.eventId),
    ...explorer(access.site, canary.eventId),
    waitedMs: clock.now() - sinceMs,
    timesFound: logs.length,
    cloudSiem: cloudSiemTag(logs),
    ...(await tidyUp(logs.length > 0 && !options.keep, () => aws.buckets.remove(bucket, canary.key, versionId), leftover)),
  };
  ctx.out.write(options.json ? `${JSON.stringify(outcome, null, 2)}\n` : printOutcome(outcome));
  ctx.exitCode = outcome.timesFound > 0 && outcome.cloudSiem !== false ? 0 : 1;
}

/** Takes the canary away; that it cannot be taken away does not change what was found. */
async function tidyUp(wanted: boolean, remove: () => Promise<void>, leftover: string): Promise<Pick<Outcome, 'removed' | 'leftover'>> {
  if (!wanted) return { removed: false, leftover: { why: '', command: leftover } };
  try {
    await remove();
    return { removed: true };
  } catch (thrown) {
    return { removed: false, leftover: { why: thrown instanceof Error ? thrown.message : String(thrown), command: leftover } };
  }
}

function removal(bucket: string, key: string, versionId: string | undefined): string {
  return `aws s3api delete-object --bucket ${bucket} --key '${key}'${versionId === undefined ? '' : ` --version-id ${versionId}`}`;
}

function explorer(site: string, eventId: string): { url?: string } {
  const host = findSite(site)?.appHost;
  return host === undefined ? {} : { url: `https://${host}/logs?query=${encodeURIComponent(canaryQuery(eventId))}` };
}
