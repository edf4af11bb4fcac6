import { isJsonObject } from '../../json.ts';
import { compileForLogs } from '../../query/compile.ts';
import type { Query } from '../../query/language/parser.ts';
import type { Predicate } from '../../query/plan/predicate.ts';
import { cloudtrailLog } from '../../query/view/cloudtrailLog.ts';
import { genericLog } from '../../query/view/genericLog.ts';
import type { Json } from '../../query/view/json.ts';
import type { LogKind } from './logKinds.ts';

/** A query as a function of logs of that kind. */
export function predicateFor(query: Query, kind: LogKind): Predicate {
  const onAny = compileForLogs(query, genericLog);
  const onTrail = compileForLogs(query, cloudtrailLog());
  switch (kind) {
    case 'any':
      return onAny;
    case 'cloudtrail':
      return onTrail;
    case 'auto':
      return (log) => (isCloudTrailLog(log) ? onTrail(log) : onAny(log));
  }
}

/** A log whose source says so, or, without a source, one that names an API call: a record as it stands in the trail. */
function isCloudTrailLog(log: Json): boolean {
  if (!isJsonObject(log)) return false;
  const source = log['ddsource'] ?? log['source'];
  return source === 'cloudtrail' || (source === undefined && typeof log['eventName'] === 'string');
}
