import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson } from './answer.ts';
import { receive } from './body.ts';
import { readFaults } from './faults.ts';
import type { Endpoint } from './post.ts';

/**
 * The sandbox's own routes, for those who are in another process:
 *
 * - `GET /sandbox/summary`   what was accepted, in numbers, and how many faults are still to come
 * - `GET /sandbox/calls`     the history of requests
 * - `GET /sandbox/logs`      every kept log, one a line
 * - `DELETE /sandbox/logs`   forget logs, numbers and history
 * - `POST /sandbox/faults`   `{"faults": [{"kind": "answer", "status": 503, "times": 2}], "poison": ["text"]}`
 * - `DELETE /sandbox/faults` no more faults
 *
 * Gives false when the route is not one of these.
 */
export async function control(request: IncomingMessage, response: ServerResponse, path: string, endpoint: Endpoint): Promise<boolean> {
  const { accepted, calls, faults } = endpoint;
  switch (`${request.method} ${path}`) {
    case 'GET /sandbox/summary':
      answerJson(response, { ...accepted.totals, mostAtOnce: calls.mostAtOnce, requests: calls.list.length, faultsLeft: faults.left === Infinity ? -1 : faults.left });
      return true;
    case 'GET /sandbox/calls':
      answerJson(response, calls.list);
      return true;
    case 'GET /sandbox/logs':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (const log of accepted.logs) response.write(`${JSON.stringify({ text: log.text, call: log.call, tooOld: log.tooOld, truncated: log.truncated })}\n`);
      response.end();
      return true;
    case 'DELETE /sandbox/logs':
      accepted.clear();
      calls.clear();
      answerJson(response, {});
      return true;
    case 'POST /sandbox/faults': {
      const { bytes } = await receive(request, endpoint.requestTimeoutMs);
      try {
        const read = readFaults(JSON.parse(bytes.toString('utf8')));
        faults.add(...read.faults);
        faults.poison(...read.poison);
        answerJson(response, {});
      } catch (error) {
        answerJson(response, { error: (error as Error).message }, 400);
      }
      return true;
    }
    case 'DELETE /sandbox/faults':
      faults.clear();
      answerJson(response, {});
      return true;
    default:
      return false;
  }
}
