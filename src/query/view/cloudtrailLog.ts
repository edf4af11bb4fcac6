import type { Field } from '../ast.ts';
import type { Scalar } from './json.ts';
import { attributePath } from './path.ts';
import { pathsOf, sourceIn } from './genericLog.ts';
import type { Alternative, LogView } from './view.ts';

/** What the forwarder will say about every record, for queries that ask for it. */
export interface TrailMetadata {
  /** Default `cloudtrail`. */
  source: string;
  /** Default: the source. */
  service: string;
  tags: readonly string[];
}

export const TRAIL_METADATA: TrailMetadata = { source: 'cloudtrail', service: 'cloudtrail', tags: [] };

/**
 * The names that Datadog's CloudTrail pipeline adds to a record, and the record's own fields they come from. Its
 * definition is not public; this is what its rules and dashboards query (CONTRACT C1). The pipeline keeps the originals.
 */
const SAME_AS: Record<string, string> = {
  'evt.name': 'eventName',
  'error.kind': 'errorCode',
  'error.message': 'errorMessage',
  'http.useragent': 'userAgent',
  'network.client.ip': 'sourceIPAddress',
  'usr.id': 'userIdentity.principalId',
  'usr.account_id': 'userIdentity.accountId',
  'usr.access_key_id': 'userIdentity.accessKeyId',
  'resource.ARN': 'resources.ARN',
  'resource.accountId': 'resources.accountId',
  'resource.type': 'resources.type',
};

/** `arn:aws:sts::123456789012:assumed-role/ROLE/SESSION`, in any partition. */
const ASSUMED_ROLE = /^arn:aws[\w-]*:sts::[^:]*:assumed-role\/(.*)\/([^/]*)$/;
/** A session named like an instance is the instance's own (CONTRACT B1). */
const INSTANCE = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

type Derive = (inputs: (Scalar | undefined)[]) => Scalar | undefined;

function derived(inputs: string[], derive: Derive): Alternative {
  return { kind: 'derived', inputs: inputs.map(attributePath), derive };
}

function ofAssumedRole(part: 1 | 2): Derive {
  return ([arn]) => (typeof arn === 'string' ? ASSUMED_ROLE.exec(arn)?.[part] : undefined);
}

/** A call failed when it has an error; a sign-in also says so in its answer. */
const OUTCOME = ['eventName', 'errorCode', 'errorMessage', 'responseElements.ConsoleLogin'];

const DERIVED: Record<string, Alternative> = {
  'evt.outcome': derived(OUTCOME, ([name, code, message, signIn]) =>
    name === undefined ? undefined : code !== undefined || message !== undefined || signIn === 'Failure' ? 'failure' : 'success',
  ),
  level: derived(['errorCode'], ([code]) => (code === undefined ? undefined : 'Error')),
  // The user's name where there is one, else the end of the ARN: a role session's name, or `root`.
  'usr.name': derived(['userIdentity.userName', 'userIdentity.arn'], ([name, arn]) => name ?? (typeof arn === 'string' ? arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1) : undefined)),
  'userIdentity.assumed_role': derived(['userIdentity.arn'], ofAssumedRole(1)),
  'userIdentity.session_name': derived(['userIdentity.arn'], ofAssumedRole(2)),
};

const STATUS = derived(['errorCode'], ([code]) => (code === undefined ? 'info' : 'error'));
const HOST = derived(['userIdentity.arn'], ([arn]) => {
  const session = typeof arn === 'string' ? ASSUMED_ROLE.exec(arn)?.[2] : undefined;
  return session !== undefined && INSTANCE.test(session) ? session : undefined;
});

/** The pipeline names that queries may use besides CloudTrail's own. */
export const PIPELINE_NAMES: readonly string[] = [...Object.keys(SAME_AS), ...Object.keys(DERIVED)];

/**
 * A CloudTrail record as Datadog will show it, without enriching it: pipeline names are read from the raw fields, but
 * what stands in the log under such a name comes first, so that a log which went through the pipeline reads the same.
 */
export function cloudtrailLog(metadata: Partial<TrailMetadata> = {}): LogView {
  const { source, tags, service } = { ...TRAIL_METADATA, service: metadata.source ?? TRAIL_METADATA.service, ...metadata };
  const constants: Record<string, Alternative> = {
    source: { kind: 'constants', values: [source] },
    service: { kind: 'constants', values: [service] },
    tags: { kind: 'constants', values: tags },
  };
  return {
    source(field) {
      const own = sourceIn(field);
      if (own === 'everything') return own;
      const more = alternativeOf(field, constants);
      return more ? { ...own, alternatives: [...own.alternatives, more] } : own;
    },
  };
}

function alternativeOf(field: Field, constants: Record<string, Alternative>): Alternative | undefined {
  switch (field.kind) {
    case 'attribute': {
      const same = Object.hasOwn(SAME_AS, field.path) ? SAME_AS[field.path] : undefined;
      return same === undefined ? (Object.hasOwn(DERIVED, field.path) ? DERIVED[field.path] : undefined) : pathsOf([same]);
    }
    case 'tag':
      return constants.tags;
    case 'reserved':
      return field.name === 'status' ? STATUS : field.name === 'host' ? HOST : constants[field.name];
    default:
      return undefined;
  }
}
