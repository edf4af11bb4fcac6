import type { PolicyDocument } from '../../edge/aws/control/policyDocument.ts';

/** The organisation whose folder a bucket's policy opens to CloudTrail: an organisation's trail does not say which it is. */
export function organizationIn(policy: PolicyDocument | undefined): string | undefined {
  const resources = policy?.statements.flatMap((statement) => statement.resources) ?? [];
  return resources.map((resource) => /\/AWSLogs\/(o-[a-z0-9]{10,32})\//.exec(resource)?.[1]).find((id) => id !== undefined);
}
