import type { PriceName } from './prices.ts';

/** What one object costs a forwarder, as measured. */
export interface Work {
  name: string;
  /** On a whole core of the machine that measured. */
  cpuMsPerObject: number;
  /** Waiting and overhead of an invocation that no core shortens: the objects' first bytes and the last post. */
  waitMsPerInvocation: number;
  /** How long the objects of one invocation take beyond its CPU, when they are not read together: ms each. */
  waitMsPerObject: number;
  objectsPerInvocation: number;
  /** How much slower one of Lambda's cores is than the one that measured. */
  coreFactor: number;
  memoryMb: number;
  /** Compressed. */
  bytesOutPerObject: number;
  bytesIngestedPerObject: number;
  bytesInPerObject: number;
}

export interface Cost {
  name: string;
  memoryMb: number;
  billedMsPerObject: number;
  lambda: number;
  requests: number;
  egress: number;
  /** Lambda, requests and egress. */
  aws: number;
  datadogIngest: number;
}

/** Lambda gives a core for each 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MB_PER_CORE = 1769;

/** Dollars for a million objects. Below a core the CPU's share stretches the time; above it one thread has no more. */
export function costOf(work: Work, prices: Record<PriceName, number>): Cost {
  const { objectsPerInvocation: each } = work;
  const cores = Math.min(1, work.memoryMb / MB_PER_CORE);
  const billedMsPerObject = (work.cpuMsPerObject * work.coreFactor) / cores + work.waitMsPerObject + work.waitMsPerInvocation / each;
  const million = 1e6;
  const lambda = million * ((billedMsPerObject / 1000) * (work.memoryMb / 1024) * prices.lambdaGbSecond + prices.lambdaRequest / each);
  // A message is sent once, and received and deleted in batches of at most ten.
  const sqs = each === 1 ? 0 : 1 + 2 / Math.min(each, 10);
  const requests = million * (prices.s3Get + sqs * prices.sqsRequest + prices.kmsRequest);
  const egress = ((million * work.bytesOutPerObject) / 1e9) * (prices.egressGb + prices.natGb);
  return {
    name: work.name,
    memoryMb: work.memoryMb,
    billedMsPerObject,
    lambda,
    requests,
    egress,
    aws: lambda + requests + egress,
    datadogIngest: ((million * work.bytesIngestedPerObject) / 1e9) * prices.datadogIngestGb,
  };
}
