import type { ApiKeySource } from '../../../settings/settings.ts';
import { ForwarderError } from '../../../errors.ts';
import { notOk, ok, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';
import { parameterArn } from '../policy/parameterArn.ts';

/** Where the forwarder's API key is, and whether the forwarder may read it there. */
export const secret: Check = {
  id: 'secret',
  group: 'forwarder',
  title: "The forwarder can read Datadog's API key",
  async run(setup) {
    const it = await setup.forwarder();
    const { apiKey } = await setup.settings();
    const needs = needed(apiKey, it.arn);
    if (needs !== undefined && !(await setup.doors.aws.roles.mayDo(it.roleArn, needs.action, needs.resource))) {
      return notOk(`the role ${it.roleArn} may not do ${needs.action} on ${needs.resource}: every record is held`, deployAgain(it, parameterFor(apiKey)));
    }
    try {
      await setup.forwarderKey();
    } catch (thrown) {
      if (!(thrown instanceof ForwarderError) || thrown.code !== 'ERR_SECRET') throw thrown;
      return notOk(thrown.message, fill(apiKey));
    }
    if (apiKey.kind === 'plain') return notOk("the API key stands in the function's environment, for everybody to read who may read the function", `Put it into Secrets Manager; then: ${deployAgain(it, '--param="apiKey=secret" --param="apiKeySecretArn=ARN"')}`);
    return ok(`in ${nameOf(apiKey)}, which the role may read`);
  },
  fix: 'aws secretsmanager put-secret-value --secret-id ARN --secret-string "$DD_API_KEY"',
};

function needed(source: ApiKeySource, functionArn: string): { action: string; resource: string } | undefined {
  switch (source.kind) {
    case 'secrets-manager':
      return { action: 'secretsmanager:GetSecretValue', resource: source.arn };
    case 'ssm':
      return { action: 'ssm:GetParameter', resource: parameterArn(source.name, functionArn) };
    case 'kms':
    case 'plain':
      return undefined;
  }
}

function nameOf(source: ApiKeySource): string {
  switch (source.kind) {
    case 'secrets-manager':
      return `secret ${source.arn}`;
    case 'ssm':
      return `parameter ${source.name}`;
    case 'kms':
      return 'DD_KMS_API_KEY';
    case 'plain':
      return 'DD_API_KEY';
  }
}

function fill(source: ApiKeySource): string {
  switch (source.kind) {
    case 'secrets-manager':
      return `aws secretsmanager put-secret-value --secret-id ${source.arn} --secret-string "$DD_API_KEY"`;
    case 'ssm':
      return `aws ssm put-parameter --name ${source.name} --type SecureString --overwrite --value "$DD_API_KEY"`;
    case 'kms':
      return 'aws kms encrypt --key-id KEY --plaintext fileb://key.txt --query CiphertextBlob --output text, and put it into apiKeyCiphertext';
    case 'plain':
      return 'Set DD_API_KEY, better DD_API_KEY_SECRET_ARN';
  }
}

function parameterFor(source: ApiKeySource): string {
  if (source.kind === 'secrets-manager') return `--param="apiKey=secret" --param="apiKeySecretArn=${source.arn}"`;
  return source.kind === 'ssm' ? `--param="apiKey=ssm" --param="apiKeySsmName=${source.name}"` : '';
}
