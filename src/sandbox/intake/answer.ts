import { STATUS_CODES, type ServerResponse } from 'node:http';

/** Sends an answer as the API reference has it: `{}` for success, `HTTPLogErrors` for the rest. */
export function answer(response: ServerResponse, status: number, detail?: string, headers: Record<string, string> = {}, body?: string): void {
  if (response.headersSent || response.destroyed) return;
  const text = body ?? (status < 300 ? '{}' : JSON.stringify({ errors: [{ status: String(status), title: STATUS_CODES[status] ?? 'Unknown', detail: detail ?? '' }] }));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** Sends JSON of the sandbox's own. */
export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  answer(response, status, undefined, {}, `${JSON.stringify(value)}\n`);
}
