import { openDatadogApi } from '../../edge/datadog/api/open.ts';
import { ForwarderError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { datadogAccess } from '../datadogAccess.ts';
import type { DeleteOptions } from './command.ts';
import { planDelete } from './plan.ts';
import { findTarget } from './target.ts';

/** Undoes the registration, or takes the forwarder out of it; without `--yes` it only says so. */
export async function undo(ctx: Context, options: DeleteOptions): Promise<void> {
  const api = openDatadogApi(datadogAccess(ctx, options.site));
  const { accountId, forwarderArn } = await findTarget(ctx, await withForwarderIfThereIsOne(ctx, options));
  const { roleName, forwarderOnly, force } = options;
  const plan = planDelete(await api.findAwsAccount(accountId), { roleName, forwarderOnly, force, ...(forwarderArn === undefined ? {} : { forwarderArn }) });
  if (plan.step === 'refuse') {
    throw new ForwarderError('ERR_USAGE', `Cannot delete the registration of AWS account ${accountId}: ${plan.because.join('; ')}`, {
      stage: 'cli',
      retry: 'never',
      hint: 'Take only this forwarder away with --forwarder-only, or delete it all the same with --force.',
    });
  }
  const does = plan.step === 'delete' || plan.step === 'change';
  const dry = !options.yes || options.dryRun === true;
  if (!dry && plan.step === 'delete') await api.deleteAwsAccount(plan.id);
  if (!dry && plan.step === 'change') await api.updateAwsAccount(plan.id, plan.change);
  const because = plan.step === 'register' ? [] : plan.because;
  if (options.json) {
    ctx.out.write(`${JSON.stringify({ dryRun: does && dry, changed: does && !dry, steps: because }, null, 2)}\n`);
    return;
  }
  const verb = does ? (dry ? 'would ' : 'done: ') : 'nothing to do: ';
  ctx.out.write(`${because.map((step) => `${verb}${step}\n`).join('')}${does && dry ? 'nothing was done; add --yes to do it\n' : ''}`);
}

/** A stack that is gone must not stand in the way of undoing its registration. */
async function withForwarderIfThereIsOne(ctx: Context, options: DeleteOptions): Promise<DeleteOptions> {
  if (!options.forwarder || options.forwarderArn !== undefined || options.forwarderOnly) return options;
  try {
    const { forwarderArn } = await findTarget(ctx, options);
    return forwarderArn === undefined ? options : { ...options, forwarderArn };
  } catch (thrown) {
    if (thrown instanceof ForwarderError && thrown.code === 'ERR_USAGE') return { ...options, forwarder: false };
    throw thrown;
  }
}
