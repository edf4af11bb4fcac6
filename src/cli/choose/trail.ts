import type { Trail } from '../../edge/aws/control/trails.ts';
import { oneOf, type Choice } from './choice.ts';

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
