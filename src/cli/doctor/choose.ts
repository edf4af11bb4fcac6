import type { DeployedFunction, Functions } from '../../edge/aws/control/functions.ts';
import type { Trail } from '../../edge/aws/control/trails.ts';

/** The one that is meant; when there is not just one, the names to choose from. */
export interface Choice<T> {
  found?: T;
  /** Empty: there is none at all. */
  candidates: string[];
}

/**
 * The trail of that name or ARN, else the one that writes to the bucket, else the only one. Of several that write to the
 * same place the one that records most: that they overlap is a finding of its own.
 */
export function chooseTrail(trails: Trail[], { trail, bucket }: { trail?: string; bucket?: string }): Choice<Trail> {
  const fitting = trails
    .filter((candidate) => trail === undefined || candidate.name === trail || candidate.arn === trail)
    .filter((candidate) => bucket === undefined || candidate.bucket === bucket);
  const [first] = fitting;
  if (first !== undefined && fitting.every((one) => one.bucket === first.bucket && one.prefix === first.prefix)) {
    const breadth = ({ organization, multiRegion }: Trail) => Number(organization) * 2 + Number(multiRegion);
    return { candidates: fitting.map(({ name }) => name), found: fitting.toSorted((one, other) => breadth(other) - breadth(one))[0] ?? first };
  }
  return oneOf(fitting, (candidate) => candidate.name);
}

/** As in serverless.yml: stages and accounts may name the function as they like, its code is always this. */
const HANDLER = 'dist/forwarder.handler';

/** The function of that name or ARN, else the only one in the region that runs the forwarder's code. */
export async function chooseForwarder(functions: Functions, { functionName }: { functionName?: string }): Promise<Choice<DeployedFunction>> {
  const names = functionName === undefined ? (await functions.list()).filter(({ handler }) => handler === HANDLER).map(({ name }) => name) : [functionName];
  const name = oneOf(names, (candidate) => candidate).found;
  const found = name === undefined ? undefined : await functions.find(name);
  return found === undefined ? { candidates: names.length > 1 ? names : [] } : { found, candidates: names };
}

function oneOf<T>(fitting: T[], nameOf: (candidate: T) => string): Choice<T> {
  const [found, ...others] = fitting;
  return { candidates: fitting.map(nameOf), ...(found === undefined || others.length > 0 ? {} : { found }) };
}
