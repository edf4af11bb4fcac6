/** Datadog's AWS integration: which accounts it knows, by which role, and which forwarders it may subscribe (CONTRACT A8). */
import type { v2 as V2 } from '@datadog/datadog-api-client';
import { ForwarderError } from '../../../errors.ts';
import type { DatadogClient } from './client.ts';
import { asking, listIn } from './refusal.ts';

export const AWS_PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'] as const;
export type AwsPartition = (typeof AWS_PARTITIONS)[number];

/** An AWS account as Datadog has it registered. */
export interface AwsAccount {
  /** Datadog's id of the registration. */
  id: string;
  accountId: string;
  partition: string;
  /** Absent when the account is registered with access keys, or in a way that this client does not know. */
  roleName?: string;
  externalId?: string;
  /** ARNs of the forwarders whose triggers Datadog may manage. */
  forwarders: string[];
  /** The services whose triggers Datadog manages. */
  sources: string[];
  regions: 'all' | string[];
}

export interface AwsAccountToCreate {
  accountId: string;
  partition: AwsPartition;
  roleName: string;
  externalId: string;
  forwarders: string[];
  sources: string[];
  metrics: boolean;
  resources: boolean;
}

/** What an update says; what it leaves out stays as it is. */
export interface AwsAccountChange {
  roleName?: string;
  externalId?: string;
  forwarders?: string[];
  sources?: string[];
}

const READ = 'aws_configuration_read';
const EDIT = 'aws_configuration_edit';
const MANAGE = 'aws_configurations_manage';

/**
 * An external id that Datadog will use when it assumes the role; the role's trust policy must ask for it.
 *
 * @throws ForwarderError ERR_API_* like every function here.
 */
export async function newExternalId({ v2, configuration }: DatadogClient): Promise<string> {
  return asking({ what: 'ask for an external id', permission: EDIT }, async () => {
    const answer = await new v2.AWSIntegrationApi(configuration).createNewAWSExternalID();
    const externalId = answer.data.attributes?.externalId;
    if (!externalId) throw new Error('no external_id in it');
    return externalId;
  });
}

/** The registration of the account, or undefined. */
export async function findAwsAccount(client: DatadogClient, accountId: string): Promise<AwsAccount | undefined> {
  return asking({ what: `look up AWS account ${accountId} in Datadog`, permission: READ }, async () => {
    const answer = await new client.v2.AWSIntegrationApi(client.configuration).listAWSAccounts({ awsAccountId: accountId });
    const found = listIn(answer.data).map(readAccount).filter((account) => account.accountId === accountId);
    if (found.length > 1) {
      throw new ForwarderError('ERR_API_REFUSED', `Cannot choose: Datadog has AWS account ${accountId} registered ${found.length} times`, {
        stage: 'cli',
        retry: 'never',
        hint: 'Delete all but one of them on the AWS integration page in Datadog.',
      });
    }
    return found[0];
  });
}

export async function createAwsAccount({ v2, configuration }: DatadogClient, account: AwsAccountToCreate): Promise<AwsAccount> {
  const { accountId, partition, roleName, externalId, forwarders, sources } = account;
  return asking({ what: `register AWS account ${accountId} in Datadog`, permission: MANAGE }, async () => {
    const answer = await new v2.AWSIntegrationApi(configuration).createAWSAccount({
      body: {
        data: {
          type: 'account',
          attributes: {
            awsAccountId: accountId,
            awsPartition: partition,
            accountTags: [`aws_account:${accountId}`],
            authConfig: { roleName, externalId },
            logsConfig: { lambdaForwarder: { lambdas: forwarders, sources } },
            metricsConfig: { enabled: account.metrics },
            resourcesConfig: { extendedCollection: account.resources, cloudSecurityPostureManagementCollection: false },
          },
        },
      },
    });
    return readAccount(answer.data);
  });
}

/** Changes the registration. What Datadog has beside the changed fields (tag filters, ...) is sent back as it came. */
export async function updateAwsAccount({ v2, configuration }: DatadogClient, id: string, change: AwsAccountChange): Promise<AwsAccount> {
  return asking({ what: `change the registration ${id} in Datadog`, permission: EDIT }, async () => {
    const api = new v2.AWSIntegrationApi(configuration);
    const { attributes } = (await api.getAWSAccount({ awsAccountConfigId: id })).data;
    if (attributes === undefined) throw new Error('no attributes in it');
    const changed: V2.AWSAccountUpdateRequestAttributes = { awsAccountId: attributes.awsAccountId };
    if (change.roleName !== undefined) {
      changed.authConfig = { roleName: change.roleName, ...(change.externalId === undefined ? {} : { externalId: change.externalId }) };
    }
    if (change.forwarders !== undefined || change.sources !== undefined) {
      const { lambdaForwarder } = attributes.logsConfig ?? {};
      changed.logsConfig = {
        ...attributes.logsConfig,
        lambdaForwarder: {
          ...lambdaForwarder,
          lambdas: change.forwarders ?? lambdaForwarder?.lambdas ?? [],
          sources: change.sources ?? lambdaForwarder?.sources ?? [],
        },
      };
    }
    const answer = await api.updateAWSAccount({ awsAccountConfigId: id, body: { data: { id, type: 'account', attributes: changed } } });
    return readAccount(answer.data);
  });
}

export async function deleteAwsAccount({ v2, configuration }: DatadogClient, id: string): Promise<void> {
  await asking({ what: `delete the registration ${id} in Datadog`, permission: MANAGE }, () =>
    new v2.AWSIntegrationApi(configuration).deleteAWSAccount({ awsAccountConfigId: id }),
  );
}

function readAccount({ id, attributes }: V2.AWSAccountResponseData): AwsAccount {
  const { lambdas = [], sources = [] } = attributes?.logsConfig?.lambdaForwarder ?? {};
  const auth = plain(attributes?.authConfig);
  const regions = plain(attributes?.awsRegions);
  return {
    id,
    accountId: attributes?.awsAccountId ?? '',
    partition: typeof attributes?.awsPartition === 'string' ? attributes.awsPartition : 'aws',
    ...(typeof auth['roleName'] === 'string' ? { roleName: auth['roleName'] } : {}),
    ...(typeof auth['externalId'] === 'string' ? { externalId: auth['externalId'] } : {}),
    forwarders: lambdas,
    sources,
    regions: Array.isArray(regions['includeOnly']) ? regions['includeOnly'].map(String) : 'all',
  };
}

/** One of several shapes, or one newer than the client (an UnparsedObject): read what is there, by name. */
function plain(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
