import {
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { asking, askingFor } from './asking.ts';
import { parsePolicy, type PolicyDocument } from './policyDocument.ts';
import { clientSettings, type Session } from './session.ts';

/** A Lambda function as deployed. */
export interface DeployedFunction {
  name: string;
  arn: string;
  runtime: string;
  roleArn: string;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** `Active`, `Pending`, `Inactive`, `Failed` */
  state: string;
  stateReason: string;
  /** `Successful`, `Failed`, `InProgress` */
  lastUpdate: string;
  lastUpdateReason: string;
  /** When code or configuration last changed, as Lambda writes it. */
  lastModified: string;
  logGroup: string;
  tags: Record<string, string>;
}

/** A queue that Lambda polls for the function. */
export interface EventSource {
  uuid: string;
  arn: string;
  /** `Enabled`, `Disabled`, `Creating`, ... */
  state: string;
  /** ReportBatchItemFailures is on: one bad message does not send the good ones round again. */
  answersPerMessage: boolean;
}

export interface Functions {
  /** All functions in the region. */
  list(): Promise<{ name: string; handler: string }[]>;
  /** Undefined when there is none of that name (or ARN). */
  find(name: string): Promise<DeployedFunction | undefined>;
  /** Who may invoke it; undefined when nobody was allowed. */
  policy(name: string): Promise<PolicyDocument | undefined>;
  eventSources(name: string): Promise<EventSource[]>;
  /** ARN of where a failed asynchronous invocation goes, if anywhere. */
  onFailure(name: string): Promise<string | undefined>;
  /** Undefined when none is reserved. */
  reservedConcurrency(name: string): Promise<number | undefined>;
}

const ABSENT = ['ResourceNotFoundException'];

export function openFunctions(session: Session): Functions {
  const lambda = new LambdaClient(clientSettings(session));
  return {
    list: () =>
      asking({ what: 'list the functions', permission: 'lambda:ListFunctions' }, async () => {
        const all: { name: string; handler: string }[] = [];
        for await (const { Functions: page } of paginateListFunctions({ client: lambda }, {})) {
          all.push(...(page ?? []).map(({ FunctionName, Handler }) => ({ name: FunctionName ?? '', handler: Handler ?? '' })));
        }
        return all;
      }),

    find: (name) =>
      askingFor({ what: `read function "${name}"`, permission: 'lambda:GetFunction' }, ABSENT, async () => {
        const { Configuration: is, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
        if (is?.FunctionArn === undefined) throw new SyntaxError('no configuration in it');
        const functionName = is.FunctionName ?? name;
        return {
          name: functionName,
          arn: is.FunctionArn,
          runtime: is.Runtime ?? '',
          roleArn: is.Role ?? '',
          timeoutSeconds: is.Timeout ?? 3,
          environment: is.Environment?.Variables ?? {},
          state: is.State ?? 'Active',
          stateReason: is.StateReason ?? '',
          lastUpdate: is.LastUpdateStatus ?? 'Successful',
          lastUpdateReason: is.LastUpdateStatusReason ?? '',
          lastModified: is.LastModified ?? '',
          logGroup: is.LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`,
          tags: Tags ?? {},
        };
      }),

    policy: (name) =>
      askingFor({ what: `read who may invoke "${name}"`, permission: 'lambda:GetPolicy' }, ABSENT, async () => {
        const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: name }));
        return parsePolicy(Policy ?? '');
      }),

    eventSources: (name) =>
      asking({ what: `list the queues of "${name}"`, permission: 'lambda:ListEventSourceMappings' }, async () => {
        const sources: EventSource[] = [];
        for await (const page of paginateListEventSourceMappings({ client: lambda }, { FunctionName: name })) {
          for (const mapping of page.EventSourceMappings ?? []) {
            sources.push({
              uuid: mapping.UUID ?? '',
              arn: mapping.EventSourceArn ?? '',
              state: mapping.State ?? '',
              answersPerMessage: (mapping.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
            });
          }
        }
        return sources;
      }),

    onFailure: (name) =>
      askingFor({ what: `read where failed invocations of "${name}" go`, permission: 'lambda:GetFunctionEventInvokeConfig' }, ABSENT, async () => {
        const answer = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name }));
        return answer.DestinationConfig?.OnFailure?.Destination;
      }),

    reservedConcurrency: (name) =>
      asking({ what: `read the reserved concurrency of "${name}"`, permission: 'lambda:GetFunctionConcurrency' }, async () => {
        const answer = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }));
        return answer.ReservedConcurrentExecutions;
      }),
  };
}
