import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on this machine that answers as a test says; closed after the tests of its file or group. */
export function httpServer(): { url: () => string; answer: (with_: (request: IncomingMessage, response: ServerResponse, body: string) => void) => void; requests: () => string[] } {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  let requests: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => answer(request, response, body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  beforeEach(() => {
    requests = [];
    answer = (_, response) => response.writeHead(500).end();
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: (with_) => (answer = with_),
    requests: () => requests,
  };
}
