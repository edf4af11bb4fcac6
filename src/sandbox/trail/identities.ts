/** Made-up principals of one account. Addresses are of the blocks kept for documentation (RFC 5737). */
export const ACCOUNT = '123456789012';
export const ORGANISATION = 'o-exampleorgid';

/** A temporary key's id; every session of the sandbox has the same. */
const SESSION_KEY = 'ASIAIOSFODNN7EXAMPLE';

export type Identity = Record<string, unknown>;

/** A person's IAM user in a console session. */
export function iamUser(userName: string, atMs: number, mfa: boolean): Identity {
  return {
    type: 'IAMUser',
    principalId: `AIDAEXAMPLE${userName.toUpperCase().replaceAll(/[^A-Z]/g, '').padEnd(10, 'X').slice(0, 10)}`,
    arn: `arn:aws:iam::${ACCOUNT}:user/${userName}`,
    accountId: ACCOUNT,
    accessKeyId: SESSION_KEY,
    userName,
    sessionContext: { attributes: { creationDate: time(atMs - 1_800_000), mfaAuthenticated: String(mfa) } },
  };
}

/** The same user with the long-lived key of a command line. */
export function iamUserWithKey(userName: string): Identity {
  const { sessionContext: _, ...identity } = iamUser(userName, 0, false);
  return { ...identity, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
}

/** A session of a role; a session named like an instance is one of an EC2 instance profile. */
export function roleSession(role: string, session: string, atMs: number): Identity {
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLEROLE00000A:${session}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
    accountId: ACCOUNT,
    accessKeyId: SESSION_KEY,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLEROLE00000A', arn: `arn:aws:iam::${ACCOUNT}:role/${role}`, accountId: ACCOUNT, userName: role },
      attributes: { creationDate: time(atMs - 1_200_000), mfaAuthenticated: 'false' },
      ...(session.startsWith('i-') ? { ec2RoleDelivery: '2.0' } : {}),
    },
  };
}

/** An AWS service that acts on its own. */
export function service(name: string): Identity {
  return { type: 'AWSService', invokedBy: name };
}

/** CloudTrail's way to write a time: `2026-11-20T12:05:06Z`. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
