import type { Identity } from '../../../edge/aws/control/identity.ts';
import { findSite } from '../../../edge/datadog/sites.ts';
import { notOk, ok, skipped, type Check } from '../check.ts';
import { allows } from '../policy/allows.ts';

/** Datadog's AWS account that assumes the role, for a role in this partition; undefined for a site we do not know. */
function trustedAccount(site: string, { partition }: Identity): string | undefined {
  const known = findSite(site);
  return partition === 'aws-us-gov' ? (known?.govCloudAwsAccountId ?? known?.awsAccountId) : known?.awsAccountId;
}

export const integration: Check[] = [
  {
    id: 'integration-account',
    group: 'integration',
    title: 'Datadog has the AWS account registered, with its role',
    async run(setup) {
      const { accountId } = await setup.identity();
      const account = await (await setup.datadog()).findAwsAccount(accountId);
      const create = `npx cloudtrail-forwarder integration create --role-name ${setup.options.roleName}`;
      if (account === undefined) return notOk(`Datadog does not know AWS account ${accountId}`, create);
      if (account.roleName === undefined) return ok(`account ${accountId} is registered with access keys, not with a role`);
      if (account.roleName === setup.options.roleName) return ok(`account ${accountId} is registered with role "${account.roleName}"`);
      return notOk(
        `Datadog uses role "${account.roleName}" for account ${accountId}, not "${setup.options.roleName}"`,
        `npx cloudtrail-forwarder doctor --role-name ${account.roleName}, or: ${create}`,
      );
    },
    fix: 'npx cloudtrail-forwarder integration create',
  },
  {
    id: 'integration-role',
    group: 'integration',
    title: "The integration role trusts Datadog's account, with the external id",
    async run(setup) {
      const identity = await setup.identity();
      const { roleName } = setup.options;
      const role = await setup.doors.aws.roles.find(roleName);
      if (role === undefined) {
        return notOk(`there is no role "${roleName}"`, `npx cloudtrail-forwarder integration create --role-name ${roleName}, which tells the command that makes the role`);
      }
      const site = await setup.site();
      const datadogAccount = trustedAccount(site, identity);
      if (datadogAccount === undefined) return skipped(`which AWS account ${site} uses is not known to this version`);
      const asks = role.trust.statements.flatMap(({ conditions }) => conditions['StringEquals']?.['sts:ExternalId'] ?? []);
      const trusted = `arn:${identity.partition}:iam::${datadogAccount}:root`;
      const assume = { principal: { kind: 'AWS', name: trusted } as const, action: 'sts:AssumeRole', resource: role.arn };
      const [externalId = ''] = asks;
      if (!allows(role.trust, { ...assume, context: { 'sts:ExternalId': externalId } }).allowed) {
        return notOk(
          `role "${roleName}" does not trust ${trusted}, the account of ${site}`,
          `npx serverless deploy --param="integration=role" --param="site=${site}" --param="integrationExternalId=${externalId === '' ? 'ID' : externalId}"`,
        );
      }
      if (allows(role.trust, { ...assume, context: {} }).allowed) {
        return notOk(`role "${roleName}" can be assumed without an external id, so by other customers of Datadog too`, 'npx cloudtrail-forwarder integration show tells the id; put it into the trust policy as StringEquals sts:ExternalId');
      }
      return ok(`role "${roleName}" trusts ${datadogAccount} with an external id`);
    },
    fix: 'npx serverless deploy --param="integration=role"',
  },
];
