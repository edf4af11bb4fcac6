import { openDatadogApi } from '../../edge/datadog/api/open.ts';
import type { Context } from '../context.ts';
import { datadogAccess } from '../datadogAccess.ts';
import type { IntegrationOptions } from './command.ts';
import { findTarget } from './target.ts';

/** Says how Datadog has the account registered. Exit code 1 when it has not. */
export async function show(ctx: Context, options: IntegrationOptions): Promise<void> {
  const api = openDatadogApi(datadogAccess(ctx, options.site));
  // Which forwarders are registered is what is asked here, so none need be found first.
  const { accountId } = await findTarget(ctx, { ...options, forwarder: false });
  const account = await api.findAwsAccount(accountId);
  ctx.exitCode = account === undefined ? 1 : 0;
  if (options.json) {
    ctx.out.write(`${JSON.stringify(account ?? null, null, 2)}\n`);
    return;
  }
  if (account === undefined) {
    ctx.out.write(`AWS account ${accountId} is not registered in Datadog\n  next: npx cloudtrail-forwarder integration create\n`);
    return;
  }
  const { id, partition, roleName, externalId, forwarders, sources, regions } = account;
  const lines = [
    `account      ${accountId} (${partition})`,
    `id           ${id}`,
    `role         ${roleName ?? 'none: access keys'}`,
    `external id  ${externalId ?? '-'}`,
    `forwarders   ${forwarders.length === 0 ? '-' : forwarders.join(', ')}`,
    `triggers     ${sources.length === 0 ? 'none managed by Datadog' : `managed by Datadog for ${sources.join(', ')}`}`,
    `regions      ${regions === 'all' ? 'all' : regions.join(', ')}`,
  ];
  ctx.out.write(`${lines.join('\n')}\n`);
}
