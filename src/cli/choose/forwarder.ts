import type { DeployedFunction, Functions } from '../../edge/aws/control/functions.ts';
import { oneOf, type Choice } from './choice.ts';

/** As in serverless.yml: stages and accounts may name the function as they like, its code is always this. */
const HANDLER = 'dist/forwarder.handler';

/** The function of that name or ARN, else the only one in the region that runs the forwarder's code. */
export async function chooseForwarder(functions: Functions, { functionName }: { functionName?: string }): Promise<Choice<DeployedFunction>> {
  const names = functionName === undefined ? (await functions.list()).filter(({ handler }) => handler === HANDLER).map(({ name }) => name) : [functionName];
  const name = oneOf(names, (candidate) => candidate).found;
  const found = name === undefined ? undefined : await functions.find(name);
  return found === undefined ? { candidates: names.length > 1 ? names : [] } : { found, candidates: names };
}
