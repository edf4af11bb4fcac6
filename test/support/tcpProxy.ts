import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to one connection. */
export interface ConnectionFault {
  /** Each piece of the answer waits this long. */
  latencyMs?: number;
  /** The connection ends when so many bytes of the answer have passed. */
  cutAfterBytes?: number;
  /** Ends with a reset instead of an orderly close; without `cutAfterBytes` at once. */
  reset?: boolean;
}

/** A way to a server that can be broken at will. */
export interface TcpProxy {
  host: string;
  port: number;
  url: string;
  /** How many connections were made. */
  readonly connections: number;
  /** Faults for the next connections, one each. */
  next(...faults: ConnectionFault[]): void;
  /** The fault of all other connections; undefined for none. */
  always(fault: ConnectionFault | undefined): void;
  /** Connections are refused from now on, and those that are open are reset. */
  down(): Promise<void>;
  /** The same port answers again, if it did not. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const script: ConnectionFault[] = [];
  const open = new Set<Socket>();
  let standing: ConnectionFault | undefined;
  let connections = 0;

  const server = createServer((client) => {
    connections++;
    const fault = script.shift() ?? standing ?? {};
    const upstream = connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    }
    const end = () => {
      if (fault.reset === true) reset(client);
      else client.destroySoon();
      upstream.destroy();
    };
    if (fault.reset === true && fault.cutAfterBytes === undefined) return end();
    client.pipe(upstream);
    client.on('close', () => upstream.destroy());
    let left = fault.cutAfterBytes ?? Infinity;
    let passed: Promise<void> = Promise.resolve();
    upstream.on('data', (chunk: Buffer) => {
      passed = passed.then(async () => {
        if (left <= 0) return;
        if (fault.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.latencyMs));
        const part = chunk.subarray(0, left);
        left -= part.length;
        if (client.writable) client.write(part, () => void (left <= 0 && end()));
      });
    });
    upstream.on('end', () => void passed.then(() => client.end()));
    // A server that resets its connection resets the client's.
    upstream.on('error', () => void passed.then(() => reset(client)));
  });

  const up = (port: number) => new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await up(0);
  const { port } = server.address() as AddressInfo;
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) reset(socket);
    });

  return {
    host: '127.0.0.1',
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    next: (...faults) => void script.push(...faults),
    always: (fault) => void (standing = fault),
    down,
    up: async () => {
      if (!server.listening) await up(port);
    },
    close: async () => {
      if (server.listening) await down();
    },
  };
}

/** Node 20's event loop spins for ever when a socket is reset that is already ending, so such a one is only closed. */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
