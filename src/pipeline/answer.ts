import { ForwarderError } from '../errors.ts';
import type { Decoded, Envelope } from '../model.ts';
import type { Forwarded } from './forward.ts';

/** S3 Batch Operations' answer for one task (https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html). */
interface TaskResult {
  taskId: string;
  resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  resultString: string;
}

/**
 * What the trigger is answered. Success is only said of what has its fate: delivered, filtered, or durably held.
 *
 * @throws ForwarderError where failing is the answer: a whole payload of which something is neither
 */
export function answer(decoded: Decoded, forwarded: Forwarded): unknown {
  switch (decoded.answer) {
    case 'whole': {
      const problem = decoded.envelopes.find((envelope) => envelope.problem !== undefined)?.problem ?? forwarded.notHeld;
      if (problem !== undefined) throw problem;
      return forwarded.summary;
    }
    case 'sqs':
      return { batchItemFailures: decoded.envelopes.filter((envelope) => hasFailed(envelope, forwarded)).map(({ id }) => ({ itemIdentifier: id })) };
    case 's3-batch':
      return {
        ...decoded.s3Batch,
        treatMissingKeysAs: 'PermanentFailure',
        results: decoded.envelopes.map((envelope) => taskResult(envelope, forwarded)),
      };
    case 'retry-held':
      return forwarded.summary;
  }
}

/** Whether the trigger must keep the envelope: it was not understood, or something of it could not be held. */
function hasFailed({ problem, objects }: Envelope, { notHeld, ledgers }: Forwarded): boolean {
  return problem !== undefined || (notHeld !== undefined && objects.some((ref) => ledgers.get(ref)?.holdsAnything === true));
}

function taskResult(envelope: Envelope, forwarded: Forwarded): TaskResult {
  const taskId = envelope.id ?? '';
  if (envelope.problem !== undefined) return { taskId, resultCode: 'PermanentFailure', resultString: say(envelope.problem) };
  const ledgers = envelope.objects.flatMap((ref) => forwarded.ledgers.get(ref) ?? []);
  const [reason] = ledgers.flatMap((ledger) => ledger.reasons);
  const counts = ledgers.map(({ recordsIn, delivered, filtered, held }) => `${recordsIn} records: ${delivered} delivered, ${filtered} filtered, ${held} held`).join('; ') || 'nothing to forward';
  if (reason === undefined) return { taskId, resultCode: 'Succeeded', resultString: counts };
  // Held for later is as good as done; what somebody must act on belongs into the job's report too.
  if (reason.retry !== 'never' && forwarded.notHeld === undefined) return { taskId, resultCode: 'Succeeded', resultString: `${counts} (${reason.code})` };
  return { taskId, resultCode: reason.retry === 'never' ? 'PermanentFailure' : 'TemporaryFailure', resultString: say(reason) };
}

function say(error: Error): string {
  return (error instanceof ForwarderError ? `${error.code}: ${error.message}` : error.message).slice(0, 1000);
}
