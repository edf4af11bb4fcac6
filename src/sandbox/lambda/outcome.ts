/** How an invocation failed, in Lambda's words: what the invoker sees, and what goes to an on-failure destination. */
export interface Failure {
  ok: false;
  errorType: string;
  errorMessage: string;
  stackTrace: string[];
}

/** What became of an invocation. */
export type Result = { ok: true; result: unknown } | Failure;

/** The same with what Lambda's REPORT line says. */
export type Outcome = Result & {
  requestId: string;
  durationMs: number;
  /** Time from the start of the process to its first request for work; only for a cold start. */
  initMs?: number;
};

export function failure(errorType: string, errorMessage: string, stackTrace: string[] = []): Failure {
  return { ok: false, errorType, errorMessage, stackTrace };
}

/** A failure as the runtime reported it: Node's runtime calls the stack `trace`, others `stackTrace`. */
export function readFailure(body: string): Failure {
  try {
    const { errorType, errorMessage, trace, stackTrace } = JSON.parse(body) as Record<string, unknown>;
    const stack = Array.isArray(trace) ? trace : Array.isArray(stackTrace) ? stackTrace : [];
    return failure(typeof errorType === 'string' ? errorType : 'Error', typeof errorMessage === 'string' ? errorMessage : '', stack.map(String));
  } catch {
    return failure('Runtime.UnknownReason', body);
  }
}
