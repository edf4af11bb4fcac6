import type { Field, Reserved } from '../ast.ts';
import type { Scalar } from './json.ts';
import { attributePath } from './path.ts';
import type { Alternative, LogView, Source } from './view.ts';

/**
 * Reserved attributes and where Datadog's preprocessing of JSON logs finds them, first come first served
 * (https://docs.datadoghq.com/logs/log_configuration/pipelines/#preprocessing). `source` may have come under either name.
 */
const RESERVED_PATHS: Record<Exclude<Reserved, 'tags'>, string[][]> = {
  host: [['host'], ['hostname'], ['syslog.hostname']],
  source: [['source', 'ddsource']],
  status: [['status'], ['severity'], ['level'], ['syslog.severity']],
  service: [['service'], ['syslog.appname']],
  trace_id: [['trace_id'], ['dd.trace_id'], ['contextMap.dd.trace_id']],
  message: [['message']],
  timestamp: [['timestamp'], ['@timestamp'], ['_timestamp'], ['Timestamp'], ['eventTime'], ['date']],
};

export function pathsOf(names: string[]): Alternative {
  return { kind: 'paths', paths: names.map(attributePath) };
}

const TAGS = pathsOf(['tags', 'ddtags']);

/** Any JSON log, its attributes as they stand. */
export const genericLog: LogView = { source: (field) => sourceIn(field) };

export function sourceIn(field: Field): Source | 'everything' {
  switch (field.kind) {
    case 'attribute':
      return { alternatives: [pathsOf([field.path])] };
    case 'tag':
      return { alternatives: [TAGS], turn: tagValues(field.key) };
    case 'tag-or-attribute':
      throw new TypeError('a field of _exists_ is looked up as a tag and as an attribute');
    case 'everything':
      return 'everything';
    case 'free-text':
      return { alternatives: RESERVED_PATHS.message.map(pathsOf) };
    case 'reserved':
      if (field.name === 'tags') return { alternatives: [TAGS], turn: tagsOf };
      return { alternatives: RESERVED_PATHS[field.name].map(pathsOf), ...(field.name === 'status' ? { turn: statusNames } : {}) };
  }
}

/** The intake takes `ddtags` as one string with commas (CONTRACT A7); elsewhere tags are an array. */
export function tagsOf(value: Scalar): string[] {
  return String(value)
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** The values of the tag `key` among the tags in a value; a bare tag has the empty value. */
export function tagValues(key: string): (value: Scalar) => string[] {
  const prefix = `${key}:`;
  return (value) =>
    tagsOf(value)
      .filter((tag) => tag === key || tag.startsWith(prefix))
      .map((tag) => tag.slice(prefix.length));
}

/** Datadog shows statuses in lower case, whatever the log has. */
export function statusNames(value: Scalar): Scalar[] {
  const lowered = typeof value === 'string' ? value.toLowerCase() : value;
  return lowered === value ? [value] : [value, lowered];
}
