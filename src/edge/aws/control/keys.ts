import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { asking, askingFor } from './asking.ts';
import { parsePolicy, type PolicyDocument } from './policyDocument.ts';
import { clientSettings, type Session } from './session.ts';

export interface Key {
  arn: string;
  enabled: boolean;
  /** `Enabled`, `Disabled`, `PendingDeletion`, ... */
  state: string;
}

export interface Keys {
  /** Undefined when there is no such key. */
  find(arn: string): Promise<Key | undefined>;
  policy(arn: string): Promise<PolicyDocument>;
}

export function openKeys(session: Session): Keys {
  // A key is asked in its own region, which may be another one than the forwarder's.
  const kmsFor = (arn: string) => {
    const region = arn.split(':')[3];
    return new KMSClient(clientSettings(region === undefined || region === '' ? session : { region }));
  };
  return {
    find: (arn) =>
      askingFor({ what: `describe key "${arn}"`, permission: 'kms:DescribeKey' }, ['NotFoundException'], async () => {
        const { KeyMetadata: is } = await kmsFor(arn).send(new DescribeKeyCommand({ KeyId: arn }));
        if (is?.Arn === undefined) throw new SyntaxError('no key in it');
        return { arn: is.Arn, enabled: is.Enabled ?? false, state: is.KeyState ?? '' };
      }),

    policy: (arn) =>
      asking({ what: `read the policy of key "${arn}"`, permission: 'kms:GetKeyPolicy' }, async () => {
        const { Policy } = await kmsFor(arn).send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
        return parsePolicy(Policy ?? '');
      }),
  };
}
