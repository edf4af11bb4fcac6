import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { asking } from './asking.ts';
import { clientSettings, type Session } from './session.ts';

/** Who we are to AWS, and where. */
export interface Identity {
  accountId: string;
  arn: string;
  /** `aws`, `aws-us-gov`, `aws-cn`, ... */
  partition: string;
  region: string;
}

/** @throws ForwarderError ERR_CREDENTIALS when there are none, or none that are valid, or no region is set */
export async function readIdentity(session: Session): Promise<Identity> {
  const sts = new STSClient(clientSettings(session));
  return asking({ what: 'ask AWS who we are', permission: 'sts:GetCallerIdentity' }, async () => {
    const region = await sts.config.region();
    const { Account: accountId, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (accountId === undefined || arn === undefined) throw new SyntaxError('no account in it');
    return { accountId, arn, partition: arn.split(':')[1] ?? 'aws', region };
  });
}
