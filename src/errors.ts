/**
 * The one family of errors. A code is stable: operators alarm on it, held pointers carry it, the README explains it.
 * A code exists only if somebody decides on it.
 */
export type ErrorCode =
  | 'ERR_SETTINGS'
  | 'ERR_EVENT_UNKNOWN'
  | 'ERR_OBJECT_NOT_FOUND'
  | 'ERR_OBJECT_DENIED'
  | 'ERR_OBJECT_KMS_DENIED'
  | 'ERR_OBJECT_UNREADABLE'
  | 'ERR_OBJECT_BOMB'
  | 'ERR_GZIP_BROKEN'
  | 'ERR_JSON_BROKEN'
  | 'ERR_NOT_CLOUDTRAIL'
  | 'ERR_RECORD_TOO_LARGE'
  | 'ERR_RECORD_TOO_DEEP'
  | 'ERR_RECORD_TOO_OLD'
  | 'ERR_INTAKE_AUTH'
  | 'ERR_INTAKE_BUSY'
  | 'ERR_INTAKE_REFUSED'
  | 'ERR_INTAKE_TOO_LARGE'
  | 'ERR_INTAKE_UNREACHABLE'
  | 'ERR_DEADLINE'
  | 'ERR_SECRET'
  | 'ERR_HOLD'
  | 'ERR_NOT_FORWARDED'
  | 'ERR_INTERNAL'
  | 'ERR_API_DENIED'
  | 'ERR_API_BUSY'
  | 'ERR_API_REFUSED'
  | 'ERR_API_UNREACHABLE'
  | 'ERR_API_UNREADABLE'
  | 'ERR_CREDENTIALS'
  | 'ERR_USAGE'
  | 'ERR_QUERY'
  | 'ERR_FILTERS';

/** The room an error comes from. */
export type Stage = 'settings' | 'decode' | 'read' | 'split' | 'transform' | 'batch' | 'deliver' | 'held' | 'forward' | 'cli' | 'query';

/**
 * When trying again can help: `now` within the invocation, `later` after a wait, `never` until somebody changes
 * something (a permission, the object, the rule).
 */
export type Retry = 'now' | 'later' | 'never';

/** What went wrong (message), where (stage), whether trying again can help (retry), and what to do next (hint). */
export class ForwarderError extends Error {
  readonly code: ErrorCode;
  readonly stage: Stage;
  readonly retry: Retry;
  /** One sentence: what the operator does next. */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, about: { stage: Stage; retry: Retry; hint: string; cause?: unknown }) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.name = 'ForwarderError';
    this.code = code;
    this.stage = about.stage;
    this.retry = about.retry;
    this.hint = about.hint;
  }
}

/** The message of any thrown thing. By its shape: an error of another realm is no instance of this one's Error. */
export function messageOf(thrown: unknown): string {
  const message: unknown = typeof thrown === 'object' && thrown !== null ? (thrown as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message : String(thrown);
}

/** Any thrown thing as a ForwarderError: what is not one already is a fault of ours, and said to be. */
export function asForwarderError(thrown: unknown, stage: Stage): ForwarderError {
  if (thrown instanceof ForwarderError) return thrown;
  return new ForwarderError('ERR_INTERNAL', messageOf(thrown), {
    stage,
    retry: 'later',
    hint: 'This is a fault in the forwarder itself; report it with this message and the function version.',
    cause: thrown,
  });
}
