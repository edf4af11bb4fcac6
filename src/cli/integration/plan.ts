/** What to do to Datadog's registration of the AWS account, decided before anything is done. */
import type { AwsAccount, AwsAccountChange } from '../../edge/datadog/api/awsAccounts.ts';

/** What the user wants to be true. */
export interface Wanted {
  roleName: string;
  /** Absent: Datadog's own, or a new one. */
  externalId?: string;
  forwarderArn?: string;
  /** Services whose triggers Datadog shall manage. */
  sources: string[];
  /** Also change what somebody else may rely on. */
  force: boolean;
}

export type Plan =
  | { step: 'register' }
  | { step: 'change'; id: string; change: AwsAccountChange; because: string[] }
  | { step: 'delete'; id: string; because: string[] }
  | { step: 'nothing'; because: string[] }
  | { step: 'refuse'; because: string[] };

/** How to get from what is registered to what is wanted. Doing it twice changes nothing the second time. */
export function planCreate(registered: AwsAccount | undefined, wanted: Wanted): Plan {
  if (registered === undefined) return { step: 'register' };
  const { id, roleName, externalId, forwarders, sources } = registered;
  if (roleName !== wanted.roleName && !wanted.force) {
    const now = roleName === undefined ? 'access keys' : `role "${roleName}"`;
    return { step: 'refuse', because: [`the account is registered with ${now}, not with role "${wanted.roleName}"`] };
  }
  const change: AwsAccountChange = {};
  const because: string[] = [];
  if (roleName !== wanted.roleName || (wanted.externalId !== undefined && wanted.externalId !== externalId)) {
    change.roleName = wanted.roleName;
    const id = wanted.externalId ?? externalId;
    if (id !== undefined) change.externalId = id;
    because.push(`use role "${wanted.roleName}"${wanted.externalId === undefined ? '' : ' with the external id given'}`);
  }
  if (wanted.forwarderArn !== undefined && !forwarders.includes(wanted.forwarderArn)) {
    change.forwarders = [...forwarders, wanted.forwarderArn];
    because.push(`add forwarder ${wanted.forwarderArn}`);
  }
  const added = wanted.sources.filter((source) => !sources.includes(source));
  if (added.length > 0) {
    change.sources = [...sources, ...added];
    because.push(`let Datadog manage the triggers of ${added.join(', ')}`);
  }
  return because.length === 0 ? { step: 'nothing', because: ['the account is registered just so'] } : { step: 'change', id, change, because };
}

/** How to undo it. `forwarderOnly`: the registration stays, for what else Datadog does with it. */
export function planDelete(registered: AwsAccount | undefined, { roleName, forwarderArn, forwarderOnly, force }: { roleName: string; forwarderArn?: string; forwarderOnly: boolean; force: boolean }): Plan {
  if (registered === undefined) return { step: 'nothing', because: ['the account is not registered'] };
  const { id, forwarders } = registered;
  if (forwarderOnly) {
    if (forwarderArn === undefined || !forwarders.includes(forwarderArn)) return { step: 'nothing', because: [`forwarder ${forwarderArn ?? '(none found)'} is not registered`] };
    return { step: 'change', id, change: { forwarders: forwarders.filter((arn) => arn !== forwarderArn) }, because: [`take away forwarder ${forwarderArn}`] };
  }
  const others = forwarders.filter((arn) => arn !== forwarderArn);
  const because = [
    registered.roleName === roleName ? [] : `it uses ${registered.roleName === undefined ? 'access keys' : `role "${registered.roleName}"`}, not role "${roleName}"`,
    others.length === 0 ? [] : `other forwarders are registered with it: ${others.join(', ')}`,
  ].flat();
  if (because.length > 0 && !force) return { step: 'refuse', because };
  return { step: 'delete', id, because: [`delete the registration ${id}: Datadog stops collecting anything from the account`] };
}
