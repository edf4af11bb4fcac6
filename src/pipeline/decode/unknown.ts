import { ForwarderError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';

const EXPECTED = 'an S3, SNS, SQS or EventBridge notification of a new object, CloudTrail\'s own notification, an S3 Batch Operations task, a held pointer, or {"bucket", "key"}';

/** What may trigger the function, said to somebody who sent something else. */
const HINT = 'Compare the payload with the ones in events/trigger/, and see which trigger or queue it came from.';

/**
 * A payload, or a part of it, that is none of the shapes known: says what was expected and the names of the members
 * that came, never their values.
 */
export function unknownEvent(got: unknown, where = 'the payload'): ForwarderError {
  return new ForwarderError('ERR_EVENT_UNKNOWN', `Cannot understand ${where}: expected ${EXPECTED}; got ${describe(got)}`, {
    stage: 'decode',
    retry: 'never',
    hint: isJsonObject(got) && 'awslogs' in got ? 'CloudTrail through CloudWatch Logs is not read: trigger the function from the bucket the trail writes to.' : HINT,
  });
}

/** A payload of a known shape with a member that cannot be right. */
export function brokenEvent(where: string, what: string): ForwarderError {
  return new ForwarderError('ERR_EVENT_UNKNOWN', `Cannot understand ${where}: ${what}`, { stage: 'decode', retry: 'never', hint: HINT });
}

const MAX_NAMES = 8;
const MAX_NAME_CHARS = 40;

function describe(got: unknown): string {
  if (Array.isArray(got)) return `a list of ${got.length}`;
  if (!isJsonObject(got)) return got === null ? 'null' : `a ${typeof got}`;
  const names = Object.keys(got);
  if (names.length === 0) return 'an empty object';
  const shown = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(name.slice(0, MAX_NAME_CHARS)));
  return `an object with ${shown.join(', ')}${names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : ''}`;
}
