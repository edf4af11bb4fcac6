import { asForwarderError } from '../errors.ts';
import { QueryError } from '../query/queryError.ts';
import type { Context } from './context.ts';

/**
 * What a command could not do, for a person: code, what, where (in a query a caret shows it), what next. Never a stack,
 * unless the fault is ours and DEBUG asks for it.
 */
export function printError({ err, env }: Context, thrown: unknown): void {
  if (thrown instanceof QueryError) {
    err.write(`${thrown.code}: ${thrown.render()}\n`);
    return;
  }
  const { code, message, stage, hint, stack, cause } = asForwarderError(thrown, 'cli');
  const where = stage === 'cli' ? '' : ` (in ${stage})`;
  err.write(`${code}${where}: ${message}\n  ${hint}\n`);
  if (code !== 'ERR_INTERNAL') return;
  if (env['DEBUG']) err.write(`${cause instanceof Error ? cause.stack : stack}\n`);
  else err.write('  DEBUG=1 before the command prints where it happened.\n');
}
