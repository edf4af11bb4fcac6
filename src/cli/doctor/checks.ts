import type { Check } from './check.ts';
import { access } from './checks/access.ts';
import { bucketPolicy } from './checks/bucketPolicy.ts';
import { datadog } from './checks/datadog.ts';
import { filterFile } from './checks/filterFile.ts';
import { bucketRead, deployed, functionErrors } from './checks/forwarder.ts';
import { integration } from './checks/integration.ts';
import { kmsDecrypt, trailKey } from './checks/keys.ts';
import { queues } from './checks/queues.ts';
import { secret } from './checks/secret.ts';
import { siem } from './checks/siem.ts';
import { trail } from './checks/trail.ts';
import { trigger } from './checks/trigger.ts';

/** Every check, in the order in which the guide sets things up and in which `doctor` prints them. */
export const CHECKS: readonly Check[] = [
  ...access,
  ...integration,
  ...trail,
  bucketPolicy,
  trailKey,
  ...deployed,
  secret,
  filterFile,
  bucketRead,
  kmsDecrypt,
  ...trigger,
  ...queues,
  functionErrors,
  ...datadog,
  ...siem,
];
