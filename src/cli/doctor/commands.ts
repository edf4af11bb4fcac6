import type { DeployedFunction } from '../../edge/aws/control/functions.ts';

/** The command that deploys this stack again with other parameters. Those of before must be given as well. */
export function deployAgain({ arn, name, tags }: DeployedFunction, parameters = ''): string {
  const region = arn.split(':')[3] ?? '';
  const stage = tags['stage'] ?? name.replace(/^cloudtrail-forwarder-/, '');
  const flags = [stage === 'prod' ? '' : `--stage ${stage}`, region === 'us-east-1' ? '' : `--region ${region}`, parameters];
  return ['npx serverless deploy', ...flags].filter((part) => part !== '').join(' ');
}
