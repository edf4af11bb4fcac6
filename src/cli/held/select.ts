import { ForwarderError } from '../../errors.ts';
import { targetsOf } from './letter.ts';
import type { Letter } from './letter.ts';

export interface Selection {
  all?: boolean;
  id?: string[];
  code?: string[];
  match?: string;
}

/**
 * Which letters are meant; several kinds of choice must all fit.
 *
 * @throws ForwarderError ERR_USAGE when nothing was chosen, or everything and something
 */
export function selector({ all = false, id, code, match }: Selection): (letter: Letter) => boolean {
  const chosen = id !== undefined || code !== undefined || match !== undefined;
  if (all === chosen) {
    throw new ForwarderError('ERR_USAGE', all ? 'Cannot take --all together with a choice' : 'Cannot tell which messages are meant', {
      stage: 'cli',
      retry: 'never',
      hint: 'Choose with --id, --code or --match, or take --all; npx cloudtrail-forwarder held list names what there is.',
    });
  }
  return (letter) =>
    (id === undefined || id.some((prefix) => letter.message.id.startsWith(prefix))) &&
    (code === undefined || code.includes(letter.reason.code)) &&
    (match === undefined || targetsOf(letter).some((target) => target.includes(match)));
}
