import { ForwarderError } from '../../errors.ts';
import type { ErrorCode, Retry } from '../../errors.ts';
import type { ObjectRef } from '../../model.ts';
import { printUri } from '../../object/uri.ts';

const KMS_KEY = /arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+/;

/**
 * What S3 refused, in our words: what it means for the object, whether later may help, and what to change
 * (codes: S3 API reference, "Error responses").
 */
export function objectError(ref: ObjectRef, thrown: unknown): ForwarderError {
  if (thrown instanceof ForwarderError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const uri = printUri(ref);
  const refused = (code: ErrorCode, why: string, retry: Retry, hint: string) =>
    new ForwarderError(code, `Cannot read "${uri}": ${why}`, { stage: 'read', retry, hint, cause: thrown });

  switch (error.name) {
    case 'NoSuchKey':
    case 'NoSuchVersion':
    case 'NotFound':
    // A version that is a delete marker.
    case 'MethodNotAllowed':
      return refused('ERR_OBJECT_NOT_FOUND', 'there is no such object', 'never', 'If it was deleted or moved, restore it and replay the held pointer, or drop the pointer.');

    case 'NoSuchBucket':
      return refused('ERR_OBJECT_NOT_FOUND', 'there is no such bucket', 'never', 'Check which trigger names this bucket; drop the held pointer if the bucket is gone.');

    case 'AccessDenied':
    case 'Forbidden':
    case 'AllAccessDisabled':
    case 'AccountProblem': {
      if (isKmsMessage(error.message)) return kmsDenied(error.message, refused);
      const action = ref.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
      return refused(
        'ERR_OBJECT_DENIED',
        `access denied (${action})`,
        'never',
        `Allow the function's role ${action} on arn:aws:s3:::${ref.bucket}/*, in the bucket's policy too if the bucket is another account's, then replay the held pointer. Without s3:ListBucket on the bucket S3 answers the same for an object that does not exist.`,
      );
    }

    case 'KMS.DisabledException':
    case 'KMS.KMSInvalidStateException':
    case 'KMS.NotFoundException':
    case 'KMS.AccessDeniedException':
      return kmsDenied(error.message, refused);

    case 'InvalidObjectState':
      return refused('ERR_OBJECT_UNREADABLE', 'it is archived', 'never', 'Restore it (aws s3api restore-object), then replay the held pointer.');

    case 'SlowDown':
    case 'ServiceUnavailable':
    case 'InternalError':
    case 'RequestTimeout':
    case 'TimeoutError':
    case 'ThrottlingException':
    case 'KMS.ThrottlingException':
    case 'KMS.RequestLimitExceeded':
      return refused('ERR_OBJECT_UNREADABLE', `S3 is busy (${error.name})`, 'later', 'Nothing to do if it passes: it is tried again by itself.');

    case 'CredentialsProviderError':
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
    case 'SignatureDoesNotMatch':
      return refused('ERR_OBJECT_UNREADABLE', `these credentials are not good (${error.name})`, 'later', 'In Lambda this passes by itself; elsewhere log in again (aws sso login) or export AWS_PROFILE.');

    default:
      return refused('ERR_OBJECT_UNREADABLE', error.message || error.name, 'later', 'Nothing to do if it passes: it is tried again by itself.');
  }
}

/** S3 says AccessDenied also when it is the key that refuses; only the message tells. */
function isKmsMessage(message: string): boolean {
  return /\bkms:|\bKMS\b|customer master key/.test(message);
}

function kmsDenied(message: string, refused: (code: ErrorCode, why: string, retry: Retry, hint: string) => ForwarderError): ForwarderError {
  const key = KMS_KEY.exec(message)?.[0];
  return refused(
    'ERR_OBJECT_KMS_DENIED',
    `its KMS key${key === undefined ? '' : ` ${key}`} refused to decrypt it`,
    'never',
    `Allow the function's role kms:Decrypt on ${key ?? "the trail's key"}, in the role's policy and in the key's policy, and see that the key is enabled; then replay the held pointer.`,
  );
}
