// The process that stands in for S3 and the intake, so that neither costs the measured process anything. It is told
// what to do over its IPC channel, and answers every message.
import type { AddressInfo } from 'node:net';
import type http from 'node:http';
import { IntakeStub, type Received } from './intake.ts';
import { s3Stub } from './s3.ts';

export interface Told {
  id: number;
  s3LatencyMs: number;
  intakeLatencyMs: number;
  check: boolean;
  keep?: string;
}

const intake = new IntakeStub();
let s3LatencyMs = 0;
const s3 = s3Stub(process.argv[2]!, () => s3LatencyMs);

process.on('message', (told: Told | 'received') => {
  if (told === 'received') return process.send!(intake.received satisfies Received);
  s3LatencyMs = told.s3LatencyMs;
  intake.latencyMs = told.intakeLatencyMs;
  intake.check = told.check;
  intake.keep = told.keep;
  intake.reset();
  return process.send!('ready');
});
process.on('disconnect', () => process.exit(0));

void Promise.all([listen(s3), listen(intake.server)]).then(([s3Port, intakePort]) => process.send!({ s3Port, intakePort }));

function listen(server: http.Server): Promise<number> {
  server.keepAliveTimeout = 600_000;
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
