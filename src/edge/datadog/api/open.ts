import { createAwsAccount, deleteAwsAccount, findAwsAccount, newExternalId, updateAwsAccount } from './awsAccounts.ts';
import type { AwsAccount, AwsAccountChange, AwsAccountToCreate } from './awsAccounts.ts';
import { loadClient, type DatadogAccess, type DatadogClient } from './client.ts';
import { isApiKeyValid } from './keys.ts';
import { searchLogs, type FoundLog, type LogSearch } from './logs.ts';
import { listSecurityFilters, type SecurityFilter } from './securityFilters.ts';

/** Datadog's control plane, as far as setting up and verifying need it. */
export interface DatadogApi {
  isApiKeyValid(): Promise<boolean>;
  searchLogs(search: LogSearch): Promise<FoundLog[]>;
  listSecurityFilters(): Promise<SecurityFilter[]>;
  newExternalId(): Promise<string>;
  findAwsAccount(accountId: string): Promise<AwsAccount | undefined>;
  createAwsAccount(account: AwsAccountToCreate): Promise<AwsAccount>;
  updateAwsAccount(id: string, change: AwsAccountChange): Promise<AwsAccount>;
  deleteAwsAccount(id: string): Promise<void>;
}

/** Opens the door to one organisation. Datadog's client is loaded at the first call, once. */
export function openDatadogApi(access: DatadogAccess): DatadogApi {
  let loading: Promise<DatadogClient> | undefined;
  const client = () => (loading ??= loadClient(access));
  return {
    isApiKeyValid: async () => isApiKeyValid(await client()),
    searchLogs: async (search) => searchLogs(await client(), search),
    listSecurityFilters: async () => listSecurityFilters(await client()),
    newExternalId: async () => newExternalId(await client()),
    findAwsAccount: async (accountId) => findAwsAccount(await client(), accountId),
    createAwsAccount: async (account) => createAwsAccount(await client(), account),
    updateAwsAccount: async (id, change) => updateAwsAccount(await client(), id, change),
    deleteAwsAccount: async (id) => deleteAwsAccount(await client(), id),
  };
}
