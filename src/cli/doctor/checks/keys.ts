import { notOk, ok, type Check } from '../check.ts';
import { allows } from '../policy/allows.ts';

/** The trail's KMS key from CloudTrail's end: it encrypts (CONTRACT E5). */
export const trailKey: Check = {
  id: 'trail-key',
  group: 'trail',
  title: 'CloudTrail may encrypt with the trail\'s key',
  async run(setup) {
    const { name, arn: trailArn, kmsKeyArn } = await setup.trail();
    if (kmsKeyArn === undefined) return ok(`trail "${name}" uses no key of its own`);
    const key = await setup.doors.aws.keys.find(kmsKeyArn);
    if (key === undefined) return notOk(`there is no key ${kmsKeyArn}: CloudTrail cannot write`, `aws cloudtrail update-trail --name ${trailArn} --kms-key-id ANOTHER_KEY`);
    if (!key.enabled) {
      const region = kmsKeyArn.split(':')[3] ?? '';
      const enable = `aws kms enable-key --key-id ${kmsKeyArn} --region ${region}`;
      return notOk(`key ${kmsKeyArn} is ${key.state}`, key.state === 'PendingDeletion' ? `aws kms cancel-key-deletion --key-id ${kmsKeyArn} --region ${region}; then: ${enable}` : enable);
    }
    const verdict = allows(await setup.doors.aws.keys.policy(kmsKeyArn), {
      principal: { kind: 'Service', name: 'cloudtrail.amazonaws.com' },
      action: 'kms:GenerateDataKey',
      resource: kmsKeyArn,
      context: { 'aws:SourceArn': trailArn, 'aws:SourceAccount': trailArn.split(':')[4] ?? '', 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn },
    });
    if (verdict.allowed) return ok(`CloudTrail may use ${kmsKeyArn}`);
    const because = verdict.unmet === undefined ? '' : `: it asks for ${verdict.unmet}`;
    return notOk(
      `the policy of key ${kmsKeyArn} does not let cloudtrail.amazonaws.com do kms:GenerateDataKey for this trail${because}`,
      'Allow it as https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html shows',
    );
  },
  fix: "Allow cloudtrail.amazonaws.com kms:GenerateDataKey* in the key's policy",
};

/** The same key from the forwarder's end: it decrypts. */
export const kmsDecrypt: Check = {
  id: 'kms-decrypt',
  group: 'forwarder',
  title: "The forwarder may decrypt with the trail's key",
  async run(setup) {
    const { arn: trailArn, kmsKeyArn, name } = await setup.trail();
    if (kmsKeyArn === undefined) return ok(`trail "${name}" uses no key of its own`);
    const { roleArn } = await setup.forwarder();
    const context = { 'kms:EncryptionContext:aws:cloudtrail:arn': trailArn, 'kms:ViaService': `s3.${kmsKeyArn.split(':')[3] ?? ''}.amazonaws.com` };
    const decrypt = { action: 'kms:Decrypt', resource: kmsKeyArn };
    if (!(await setup.doors.aws.roles.mayDo(roleArn, decrypt.action, decrypt.resource, context))) {
      return notOk(`the role ${roleArn} may not do kms:Decrypt with ${kmsKeyArn}: every object is held`, `npx serverless deploy --param="key=existing" --param="keyArn=${kmsKeyArn}"`);
    }
    const verdict = allows(await setup.doors.aws.keys.policy(kmsKeyArn), { principal: { kind: 'AWS', name: roleArn }, ...decrypt, context });
    if (verdict.allowed) return ok(`role and key policy allow kms:Decrypt with ${kmsKeyArn}`);
    return notOk(
      `the role allows it, but the policy of key ${kmsKeyArn} lets neither the role nor its account do kms:Decrypt: every object is held`,
      `aws kms get-key-policy --key-id ${kmsKeyArn} --policy-name default; add {"Effect":"Allow","Principal":{"AWS":"${roleArn}"},"Action":"kms:Decrypt","Resource":"*"}`,
    );
  },
  fix: 'npx serverless deploy --param="key=existing" --param="keyArn=ARN"',
};
