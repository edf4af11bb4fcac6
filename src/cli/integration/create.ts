import type { AwsAccount } from '../../edge/datadog/api/awsAccounts.ts';
import { openDatadogApi, type DatadogApi } from '../../edge/datadog/api/open.ts';
import { statusOf } from '../../edge/datadog/api/refusal.ts';
import { ForwarderError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { datadogAccess } from '../datadogAccess.ts';
import type { CreateOptions } from './command.ts';
import { planCreate, type Plan, type Wanted } from './plan.ts';
import { findTarget, type Target } from './target.ts';

/** Registers the account, or changes its registration, and says which command makes the role. */
export async function create(ctx: Context, options: CreateOptions): Promise<void> {
  const access = datadogAccess(ctx, options.site);
  const api = openDatadogApi(access);
  const target = await findTarget(ctx, options);
  const wanted: Wanted = {
    roleName: options.roleName,
    sources: options.sources,
    force: options.force,
    ...(options.externalId === undefined ? {} : { externalId: options.externalId }),
    ...(target.forwarderArn === undefined ? {} : { forwarderArn: target.forwarderArn }),
  };
  const registered = await api.findAwsAccount(target.accountId);
  const plan = planCreate(registered, wanted);
  const steps = describe(plan, target, options);
  if (plan.step === 'refuse') throw refusal(plan, target);
  if (options.dryRun) {
    ctx.out.write(options.json ? `${JSON.stringify({ dryRun: true, steps }, null, 2)}\n` : steps.map((step) => `would ${step}\n`).join(''));
    return;
  }
  for (const step of steps) ctx.err.write(`${step}\n`);
  const account = await carryOut(plan, api, target, options, registered);
  const next = deployCommand(account, access.site);
  ctx.out.write(options.json ? `${JSON.stringify({ changed: plan.step !== 'nothing', ...account, next }, null, 2)}\n` : printCreated(account, next));
}

function describe(plan: Plan, { accountId, forwarderArn }: Target, { roleName, externalId, sources, metrics, resources }: CreateOptions): string[] {
  if (plan.step !== 'register') return plan.step === 'nothing' ? [`change nothing: ${plan.because.join(', ')}`] : plan.because;
  return [
    ...(externalId === undefined ? ['ask Datadog for an external id'] : []),
    `register AWS account ${accountId} in Datadog with role "${roleName}"${forwarderArn === undefined ? '' : ` and forwarder ${forwarderArn}`}`,
    ...(sources.length > 0 ? [`let Datadog manage the triggers of ${sources.join(', ')}`] : []),
    `collect metrics: ${metrics ? 'yes' : 'no'}, configuration of resources: ${resources ? 'yes' : 'no'}`,
  ];
}

async function carryOut(plan: Plan, api: DatadogApi, { accountId, partition, forwarderArn }: Target, options: CreateOptions, registered: AwsAccount | undefined): Promise<AwsAccount> {
  if (plan.step === 'change') return api.updateAwsAccount(plan.id, plan.change);
  if (registered !== undefined) return registered;
  const { roleName, sources, metrics, resources } = options;
  const externalId = options.externalId ?? (await api.newExternalId());
  try {
    return await api.createAwsAccount({ accountId, partition, roleName, externalId, forwarders: forwarderArn === undefined ? [] : [forwarderArn], sources, metrics, resources });
  } catch (thrown) {
    // A try before this one got through though its answer did not.
    const found = thrown instanceof ForwarderError && statusOf(thrown.cause) === 409 ? await api.findAwsAccount(accountId) : undefined;
    if (found === undefined || found.externalId !== externalId) throw thrown;
    return found;
  }
}

function refusal({ because }: { because: string[] }, { accountId }: Target): ForwarderError {
  return new ForwarderError('ERR_USAGE', `Cannot register AWS account ${accountId}: ${because.join('; ')}`, {
    stage: 'cli',
    retry: 'never',
    hint: 'Give that role with --role-name, or replace it with --force (what uses it now must then trust the new one).',
  });
}

function deployCommand({ externalId, roleName }: AwsAccount, site: string): string {
  return `npx serverless deploy --param="integration=role" --param="integrationExternalId=${externalId ?? 'ID'}" --param="integrationRoleName=${roleName ?? ''}" --param="site=${site}" (with your other parameters)`;
}

function printCreated({ accountId, roleName, externalId, forwarders }: AwsAccount, next: string): string {
  return [
    `account      ${accountId}`,
    `role         ${roleName ?? '-'}`,
    `external id  ${externalId ?? '-'}`,
    `forwarders   ${forwarders.length === 0 ? '-' : forwarders.join(', ')}`,
    '',
    `next, unless the role is there already: ${next}`,
    'then: npx cloudtrail-forwarder doctor --only integration',
    '',
  ].join('\n');
}
