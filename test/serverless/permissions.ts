import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from './packaged.ts';
import { ROOT } from './packaged.ts';

/** The IAM actions behind the SDK's commands; a command that is missing here fails the test that asks. */
const ACTIONS: Record<string, string[]> = {
  // With a VersionId in the request, S3 asks for the second.
  GetObjectCommand: ['s3:GetObject', 's3:GetObjectVersion'],
  SendMessageBatchCommand: ['sqs:SendMessage'],
  ReceiveMessageCommand: ['sqs:ReceiveMessage'],
  DeleteMessageBatchCommand: ['sqs:DeleteMessage'],
  GetQueueAttributesCommand: ['sqs:GetQueueAttributes'],
  ChangeMessageVisibilityBatchCommand: ['sqs:ChangeMessageVisibility'],
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  GetParameterCommand: ['ssm:GetParameter'],
  DecryptCommand: ['kms:Decrypt'],
};

/** The actions that the Lambda function's own code calls: of every source file in the bundle that talks to AWS. */
export async function actionsOfTheBundle(): Promise<Set<string>> {
  const { metafile } = await build({ absWorkingDir: ROOT, entryPoints: ['handler/forwarder.ts'], bundle: true, platform: 'node', packages: 'external', write: false, metafile: true, define: { FORWARDER_VERSION: '"test"' } });
  const sources = Object.keys(metafile.inputs).filter((path) => path.startsWith('src/edge/aws/'));
  const commands = sources.flatMap((path) => readFileSync(join(ROOT, path), 'utf8').match(/(?<=new )\w+Command(?=\()/g) ?? []);
  return new Set(commands.flatMap((command) => ACTIONS[command] ?? [`unknown action of ${command}`]));
}

export interface Statement {
  /** The logical id of the role or policy that it stands in. */
  in: string;
  Effect: string;
  Action: string[];
  Resource: unknown[];
  Condition?: Record<string, Record<string, unknown>>;
  Principal?: unknown;
}

/** Every policy statement of the template, of roles, of resources and of keys. */
export function statements(template: Template): Statement[] {
  return Object.entries(template.Resources).flatMap(([id, { Properties: properties }]) => {
    const inline = (properties['Policies'] ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
    const documents = [properties['PolicyDocument'], properties['KeyPolicy'], ...inline.map(({ PolicyDocument }) => PolicyDocument)].filter(Boolean);
    return documents.flatMap(({ Statement }: { Statement: Statement[] }) => Statement.map((each) => ({ ...each, in: id, Action: [each.Action].flat(), Resource: [each.Resource].flat() })));
  });
}

/** The statements that apply to the forwarder's role: its own, and of each policy that is attached to it. */
export function statementsOfTheRole(template: Template): Statement[] {
  const attached = new Set(['ForwarderRole']);
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) if (Type === 'AWS::IAM::RolePolicy' && Properties['RoleName'].Ref === 'ForwarderRole') attached.add(id);
  return statements(template).filter((each) => attached.has(each.in));
}
