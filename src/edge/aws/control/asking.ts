import { ForwarderError } from '../../../errors.ts';
import type { ErrorCode, Retry } from '../../../errors.ts';

/** What a call is about, for the message and the way out. */
export interface Asked {
  /** As in `Cannot <what>`: `read the policy of bucket "b"`. */
  what: string;
  /** The IAM action it needs: `s3:GetBucketPolicy`. */
  permission: string;
}

/**
 * Does the call, and says a refusal in our words.
 *
 * @throws ForwarderError ERR_API_DENIED (naming the permission to add), ERR_CREDENTIALS, ERR_API_BUSY (throttled or 5xx,
 * after the SDK's own retries), ERR_API_UNREACHABLE, ERR_API_UNREADABLE (an answer that is not AWS's), ERR_API_REFUSED.
 */
export async function asking<T>(asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw asRefusal(thrown, asked);
  }
}

/** Like {@link asking}, for things that may not be there: undefined when AWS answers with one of the `absent` errors. */
export async function askingFor<T>(asked: Asked, absent: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  return asking(asked, async () => {
    try {
      return await call();
    } catch (thrown) {
      if (thrown instanceof Error && absent.includes(thrown.name)) return undefined;
      throw thrown;
    }
  });
}

const CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|Expired\w*|RequestExpired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|MissingAuthenticationToken\w*|AuthFailure|InvalidToken)$/;
const DENIED = /^(AccessDenied\w*|UnauthorizedOperation|AuthorizationError\w*|Forbidden|NotAuthorized\w*|KMSAccessDenied\w*)$/;
const BUSY = /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|PriorRequestNotComplete|ServiceUnavailable|InternalError|InternalFailure|ServiceException$/;
/** A connection that was cut has no code of its own in every version of the SDK; its message is Node's. */
const CUT = /socket hang up|ECONNRESET/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH']);

interface SdkError extends Error {
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number };
}

function asRefusal(thrown: unknown, { what, permission }: Asked): ForwarderError {
  if (thrown instanceof ForwarderError) return thrown;
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as SdkError;
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode;
  const refusal = (code: ErrorCode, why: string, retry: Retry, hint: string) =>
    new ForwarderError(code, `Cannot ${what}: ${why}`, { stage: 'cli', retry, hint, cause: thrown });

  if (CREDENTIALS.test(error.name)) {
    return refusal('ERR_CREDENTIALS', oneLine(error.message), 'never', 'Log in again: aws sso login, or export AWS_PROFILE (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY); then: aws sts get-caller-identity');
  }
  if (/^Region is missing/.test(error.message)) {
    return refusal('ERR_CREDENTIALS', 'no AWS region is set', 'never', 'Add --region us-east-1 (where the forwarder is), or export AWS_REGION.');
  }
  if (DENIED.test(error.name) || status === 403) {
    return refusal('ERR_API_DENIED', `access denied (needs permission ${permission})`, 'never', `Run it as a principal with ${permission}; the AWS managed policy SecurityAudit allows most of what is read here.`);
  }
  if (error.name === 'TimeoutError' || CUT.test(error.message) || (typeof error.code === 'string' && NETWORK.has(error.code))) {
    return refusal('ERR_API_UNREACHABLE', `no answer (${oneLine(error.message)})`, 'later', 'Check the network and the region from here: aws sts get-caller-identity');
  }
  if (error.name === 'SyntaxError' || /Deserialization|XMLParser|Unexpected token|Unexpected end|Unclosed|char '.*' is not expected/.test(error.message) || (status !== undefined && status < 300)) {
    return refusal('ERR_API_UNREADABLE', 'the answer is not one that AWS gives', 'later', 'See whether a proxy or an AWS_ENDPOINT_URL stands between here and AWS.');
  }
  if (BUSY.test(error.name) || status === 429 || (status !== undefined && status >= 500)) {
    return refusal('ERR_API_BUSY', `AWS is busy (${error.name}), again and again`, 'later', 'Wait a minute and run it again.');
  }
  return refusal('ERR_API_REFUSED', `${error.name}: ${oneLine(error.message)}`, 'never', 'Read what AWS says, correct it, and run it again.');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
