import { ForwarderError } from '../../../errors.ts';

/** What a call is about, for the message and the way out. */
export interface Asked {
  /** As in `Cannot <what>`: `search logs`. */
  what: string;
  /** The permission that Datadog's role or application key needs for it: `logs_read_data`. */
  permission: string;
}

/**
 * Does the call, and says a refusal in our words.
 *
 * @throws ForwarderError ERR_API_DENIED (401, 403), ERR_API_BUSY (408, 429, 5xx, after the transport's retries),
 * ERR_API_REFUSED (another 4xx), ERR_API_UNREADABLE (an answer that is not the documented one), ERR_API_UNREACHABLE.
 */
export async function asking<T>(asked: Asked, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw asRefusal(thrown, asked);
  }
}

function asRefusal(thrown: unknown, { what, permission }: Asked): ForwarderError {
  if (thrown instanceof ForwarderError) return thrown;
  const status = statusOf(thrown);
  const about = { stage: 'cli', cause: thrown } as const;
  if (status === undefined || (status >= 200 && status < 300)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new ForwarderError('ERR_API_UNREADABLE', `Cannot ${what}: Datadog's answer is not the documented one (${message})`, {
      ...about,
      retry: 'later',
      hint: 'Check that DD_SITE (or DD_API_URL) is Datadog and that no proxy answers in its place.',
    });
  }
  const said = `Datadog answered ${status}${detail(thrown)}`;
  if (status === 401 || status === 403) {
    return new ForwarderError('ERR_API_DENIED', `Cannot ${what}: ${said}`, {
      ...about,
      retry: 'never',
      hint: `Set DD_API_KEY and DD_APP_KEY of the organisation on this DD_SITE; the application key needs ${permission}.`,
    });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return new ForwarderError('ERR_API_BUSY', `Cannot ${what}: ${said}, again and again`, { ...about, retry: 'later', hint: 'Wait a minute and run it again.' });
  }
  return new ForwarderError('ERR_API_REFUSED', `Cannot ${what}: ${said}`, {
    ...about,
    retry: 'never',
    hint: 'Read what Datadog says, correct it, and run it again.',
  });
}

/**
 * The list in an answer. The client makes an object of anything, also of a proxy's page, and then there is none.
 *
 * @throws Error, which {@link asking} says as ERR_API_UNREADABLE
 */
export function listIn<T>(data: T[] | undefined): T[] {
  if (!Array.isArray(data)) throw new Error('no list in it');
  return data;
}

/** The HTTP status of the client's ApiException (recognised by shape: its class loads the whole client). */
export function statusOf(thrown: unknown): number | undefined {
  const code = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** What the body says: `{errors: ["..."]}`, or `{errors: [{title, detail}]}`, which the client may leave as text. */
function detail(thrown: unknown): string {
  const body = parsed((thrown as { body?: unknown }).body);
  const errors = typeof body === 'object' && body !== null ? (body as { errors?: unknown }).errors : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return '';
  const said = errors.map((error: unknown) => (typeof error === 'string' ? error : titleOf(error))).filter((text) => text !== '');
  return said.length === 0 ? '' : `: ${said.join('; ').slice(0, 300)}`;
}

/** How the client gives the body of a status that its specification does not have. */
const UNDOCUMENTED = /^Unknown API Status Code!\nBody: "(.*)"$/s;

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  const text = UNDOCUMENTED.exec(body)?.[1] ?? body;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function titleOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { detail: text, title } = error as { detail?: unknown; title?: unknown };
  return typeof text === 'string' ? text : typeof title === 'string' ? title : '';
}
