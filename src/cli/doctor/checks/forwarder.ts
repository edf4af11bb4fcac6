import { ForwarderError } from '../../../errors.ts';
import type { DeployedFunction } from '../../../edge/aws/control/functions.ts';
import { readSettings } from '../../../settings/readSettings.ts';
import { VERSION } from '../../../version.ts';
import { notOk, ok, skipped, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';

/** Runtimes that Lambda no longer lets anybody update (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, CONTRACT F3). */
const RETIRED = /^nodejs(4|6|8|10|12|14|16|18|20)\./;

const DAY_MS = 24 * 60 * 60_000;

/** Whether the function is there, can run, and was told the right things. */
export const deployed: Check[] = [
  {
    id: 'function',
    group: 'forwarder',
    title: 'The function is deployed and can run',
    async run(setup) {
      const { found, candidates } = await setup.forwarderChoice();
      if (found === undefined) {
        if (candidates.length > 1) return notOk(`several forwarders in this region: ${candidates.join(', ')}`, `npx cloudtrail-forwarder doctor --function ${candidates[0]}`);
        const { functionName } = setup.options;
        return notOk(functionName === undefined ? 'no forwarder in this region' : `there is no function "${functionName}" in this region`, 'npx serverless deploy; or look in another region: npx cloudtrail-forwarder doctor --region REGION');
      }
      const again = deployAgain(found);
      if (found.state === 'Failed' || found.state === 'Inactive') return notOk(`function "${found.name}" is ${found.state}: ${found.stateReason}`, again);
      if (found.lastUpdate === 'Failed') return notOk(`the last update of "${found.name}" failed: ${found.lastUpdateReason}`, again);
      if (RETIRED.test(found.runtime)) return notOk(`"${found.name}" runs on ${found.runtime}, which Lambda no longer lets anybody update`, `Set runtime: nodejs24.x in serverless.yml; then: ${again}`);
      if ((await setup.doors.aws.functions.reservedConcurrency(found.name)) === 0) {
        return notOk(`the reserved concurrency of "${found.name}" is 0: it never runs`, `aws lambda delete-function-concurrency --function-name ${found.name}`);
      }
      return ok(`"${found.name}"${versionOf(found)} on ${found.runtime}, last changed ${found.lastModified.slice(0, 16)}`);
    },
    fix: 'npx serverless deploy',
  },
  {
    id: 'function-settings',
    group: 'forwarder',
    title: "The function's settings are right",
    async run(setup) {
      const it = await setup.forwarder();
      try {
        const { warnings } = readSettings(it.environment);
        return ok(warnings.length === 0 ? `${Object.keys(it.environment).length} variables` : `with a remark: ${warnings.join('; ')}`);
      } catch (thrown) {
        if (!(thrown instanceof ForwarderError) || thrown.code !== 'ERR_SETTINGS') throw thrown;
        return notOk(thrown.message, `Correct serverless/environment.yml; then: ${deployAgain(it)}`);
      }
    },
    fix: 'npx serverless deploy',
  },
];

/** The deployed version, by the stack's tag, and ours beside it when it is another. */
function versionOf({ tags }: DeployedFunction): string {
  const version = tags['version'];
  if (version === undefined) return '';
  return version === VERSION || VERSION === 'development' ? ` ${version}` : ` ${version} (this is ${VERSION})`;
}

/** Whether the function's role may read what the trail writes. */
export const bucketRead: Check = {
  id: 'bucket-read',
  group: 'forwarder',
  title: "The forwarder may read the trail's objects",
  async run(setup) {
    const [it, trail, { accountId, partition }] = await Promise.all([setup.forwarder(), setup.trail(), setup.identity()]);
    const objects = `arn:${partition}:s3:::${trail.bucket}/${trail.prefix === '' ? '' : `${trail.prefix}/`}AWSLogs/${accountId}/CloudTrail/example.json.gz`;
    if (await setup.doors.aws.roles.mayDo(it.roleArn, 's3:GetObject', objects)) return ok(`the role may read bucket "${trail.bucket}"`);
    return notOk(`the role ${it.roleArn} may not do s3:GetObject in bucket "${trail.bucket}": every object is held`, deployAgain(it, `--param="bucketName=${trail.bucket}"`));
  },
  fix: 'npx serverless deploy --param="bucketName=BUCKET"',
};

/** What the function, or Lambda for it, complained of lately. */
export const functionErrors: Check = {
  id: 'function-errors',
  group: 'forwarder',
  title: 'No errors in the last 24 hours',
  async run(setup) {
    const { logGroup, arn } = await setup.forwarder();
    const found = await setup.doors.aws.functionLogs.errors(logGroup, setup.doors.now() - DAY_MS, 50);
    if (found === undefined) return skipped(`there is no log group "${logGroup}": the function has never run`);
    const last = found.at(-1);
    if (last === undefined) return ok('none');
    return notOk(
      `${found.length === 50 ? '50 or more' : found.length}, the last at ${new Date(last.timeMs).toISOString()}: ${inShort(last.message)}`,
      `aws logs tail ${logGroup} --since 1d --region ${arn.split(':')[3] ?? ''} --filter-pattern ERROR`,
    );
  },
  fix: 'aws logs tail /aws/lambda/FUNCTION --since 1d',
};

/** The code and the message of one of our JSON lines; of another line its beginning. */
function inShort(line: string): string {
  try {
    const { code, message, error } = JSON.parse(line) as { code?: unknown; message?: unknown; error?: { code?: unknown; message?: unknown } };
    const said = [code ?? error?.code, message ?? error?.message].filter((part) => typeof part === 'string');
    if (said.length > 0) return said.join(': ').slice(0, 200);
  } catch {
    // Lambda's own lines are plain text.
  }
  return line.trim().slice(0, 200);
}
