import { openBuckets, type Buckets } from './buckets.ts';
import { openFunctionLogs, type FunctionLogs } from './functionLogs.ts';
import { openFunctions, type Functions } from './functions.ts';
import { readIdentity, type Identity } from './identity.ts';
import { openKeys, type Keys } from './keys.ts';
import { openQueues, type Queues } from './queues.ts';
import { openRoles, type Roles } from './roles.ts';
import type { Session } from './session.ts';
import { openTrails, type Trails } from './trails.ts';

/** AWS's control plane, as far as setting up and verifying need it. Every call throws as `asking` says. */
export interface AwsControl {
  identity(): Promise<Identity>;
  trails: Trails;
  buckets: Buckets;
  functions: Functions;
  queues: Queues;
  keys: Keys;
  roles: Roles;
  functionLogs: FunctionLogs;
}

export function openAwsControl(session: Session = {}): AwsControl {
  return {
    identity: () => readIdentity(session),
    trails: openTrails(session),
    buckets: openBuckets(session),
    functions: openFunctions(session),
    queues: openQueues(session),
    keys: openKeys(session),
    roles: openRoles(session),
    functionLogs: openFunctionLogs(session),
  };
}
