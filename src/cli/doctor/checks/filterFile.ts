import { parseUri } from '../../../object/uri.ts';
import { notOk, ok, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';
import { parameterArn } from '../policy/parameterArn.ts';

/** Whether the function's role may read the file of DD_FILTERS. What the file says is `filters check`'s business. */
export const filterFile: Check = {
  id: 'filter-file',
  group: 'forwarder',
  title: 'The forwarder may read its filter file',
  async run(setup) {
    const it = await setup.forwarder();
    const { uri } = (await setup.settings()).filters;
    if (uri === undefined) return ok('it is packaged with the function, if there is one');
    const { action, resource } = readOf(uri, it.arn);
    if (await setup.doors.aws.roles.mayDo(it.roleArn, action, resource)) return ok(`the role may read ${uri}`);
    return notOk(`the role ${it.roleArn} may not do ${action} on ${resource}: nothing is forwarded`, deployAgain(it, `--param="filters=${uri}"`));
  },
  fix: 'npx serverless deploy --param="filters=s3://BUCKET/KEY"',
};

function readOf(uri: string, functionArn: string): { action: string; resource: string } {
  if (uri.startsWith('ssm:')) return { action: 'ssm:GetParameter', resource: parameterArn(uri.slice('ssm:'.length), functionArn) };
  const { bucket, key } = parseUri(uri);
  return { action: 's3:GetObject', resource: `arn:${functionArn.split(':')[1]}:s3:::${bucket}/${key}` };
}
