// Writes the stack as plain CloudFormation, for people without the framework and for StackSets.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import parametersOf from '../serverless/parameters.cjs';

const HELP = `Usage: npm run template -- [--param="name=value"]... [--out=dist/template] [--stage=prod]

Writes the stack as plain CloudFormation, with the function's package beside it. Answers to the choices of serverless.yml
(trigger, bucket, trail, key, apiKey, network, integration), filters, memory, timeout and logRetentionDays are fixed in
the template; every other parameter that it needs becomes a parameter of the stack, with the given value as its default.

  npm run template
  npm run template -- --param="trigger=sqs" --param="bucket=new" --param="trail=account"
`;

/** Numbers that the framework itself wants to know, and the filter file, which decides what a policy allows. */
const FIXED = ['memory', 'timeout', 'logRetentionDays', 'filters'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What stands for a stack parameter until the framework is done: serverless/settle.cjs leaves it alone. */
const mark = (parameter) => `«${logicalId(parameter.name)}»`;
const logicalId = (name) => name[0].toUpperCase() + name.slice(1);

/** `«Name»` becomes a Ref, or, within a longer text, a variable of Fn::Sub. */
export function unmark(node, withinSub = false) {
  if (typeof node === 'string') {
    if (!node.includes('«')) return node;
    if (withinSub) return node.replace(/«(\w+)»/g, '${$1}');
    const [, whole] = /^«(\w+)»$/.exec(node) ?? [];
    return whole ? { Ref: whole } : { 'Fn::Sub': node.replaceAll('${', '${!').replace(/«(\w+)»/g, '${$1}') };
  }
  if (Array.isArray(node)) return node.map((item) => unmark(item));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'Fn::Sub' ? unmarkSub(value) : unmark(value)]));
}

function unmarkSub(value) {
  return Array.isArray(value) ? [unmark(value[0], true), unmark(value[1])] : unmark(value, true);
}

/** A parameter of serverless.yml as CloudFormation declares it. */
function declare({ meaning, value }, isNeeded) {
  const isSwitch = value === 'on' || value === 'off';
  return {
    Description: meaning,
    Type: typeof value === 'number' ? 'Number' : 'String',
    ...(isNeeded ? { MinLength: 1 } : { Default: value }),
    ...(isSwitch && { AllowedValues: ['on', 'off'] }),
  };
}

/** The console's form, with the same sections as serverless.yml. */
function formOf(parameters) {
  const sections = [...new Set(parameters.map(({ section }) => section))];
  return [
    { Label: { default: 'The package' }, Parameters: ['CodeBucket', 'CodeKey'] },
    ...sections.map((section) => ({
      Label: { default: section },
      Parameters: parameters.filter((each) => each.section === section).map(({ name }) => logicalId(name)),
    })),
  ];
}

/** The framework's template without its own bucket, with parameters in place of the marks. */
export function plain(packaged, parameters, needed, { description, codeKey }) {
  const { ServerlessDeploymentBucket, ServerlessDeploymentBucketPolicy, ...resources } = packaged.Resources;
  const { ServerlessDeploymentBucketName, ...outputs } = packaged.Outputs;
  resources.ForwarderLambdaFunction.Properties.Code = { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } };
  const text = JSON.stringify([resources, outputs, packaged.Conditions]);
  const used = parameters.filter((parameter) => text.includes(mark(parameter)));
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    Metadata: { 'AWS::CloudFormation::Interface': { ParameterGroups: formOf(used) } },
    Parameters: {
      CodeBucket: { Description: 'The bucket, in the stack\'s region, that holds the package.', Type: 'String', MinLength: 3 },
      CodeKey: { Description: 'The key of the package in that bucket.', Type: 'String', Default: codeKey },
      ...Object.fromEntries(used.map((each) => [logicalId(each.name), declare(each, needed.has(each.name))])),
    },
    ...(packaged.Mappings && { Mappings: packaged.Mappings }),
    ...(packaged.Conditions && { Conditions: unmark(packaged.Conditions) }),
    Resources: unmark(resources),
    Outputs: unmark(outputs),
  };
}

function main() {
  const { values } = parseArgs({
    options: {
      param: { type: 'string', multiple: true, default: [] },
      out: { type: 'string', default: 'dist/template' },
      stage: { type: 'string', default: 'prod' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(HELP);

  const given = new Map(values.param.map((text) => [text.split('=', 1)[0], text.slice(text.indexOf('=') + 1)]));
  const parameters = parametersOf.readParameters().map((each) => ({ ...each, value: given.get(each.name) ?? each.value }));
  const unknown = [...given.keys()].filter((name) => !parameters.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`Cannot write the template: serverless.yml has no parameter ${unknown.join(', ')}`);
  const wrong = parameters.find(({ answers, value }) => answers && !answers.includes(value));
  if (wrong) throw new Error(`Cannot write the template: ${wrong.name} is "${wrong.value}", but must be one of ${wrong.answers.join(', ')}`);
  const fixed = parameters.filter(({ name, answers }) => answers || FIXED.includes(name));
  const open = parameters.filter((each) => !fixed.includes(each));

  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  const framework = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const params = [
    ...fixed.filter(({ name }) => given.has(name)).map(({ name, value }) => `${name}=${value}`),
    ...open.map((each) => `${each.name}=${mark(each)}`),
  ];
  const options = ['--package', folder, '--stage', values.stage, ...params.map((text) => `--param=${text}`)];
  execFileSync(process.execPath, [framework, 'package', ...options], { cwd: root, stdio: 'pipe' });

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packaged = JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
  const { custom } = JSON.parse(readFileSync(join(folder, 'serverless-state.json'), 'utf8')).service;
  const choices = fixed.filter(({ answers }) => answers).map(({ name, value }) => `${name} ${value}`);
  const codeKey = `cloudtrail-forwarder-${version}.zip`;
  const template = plain(packaged, open, new Set(Object.values(custom.needs).flatMap(Object.keys)), {
    description: `CloudTrail to Datadog, version ${version}: ${choices.join(', ')}`,
    codeKey,
  });

  const out = resolve(root, values.out);
  mkdirSync(out, { recursive: true });
  const zip = readdirSync(folder).find((file) => file.endsWith('.zip'));
  copyFileSync(join(folder, zip), join(out, codeKey));
  const file = join(out, 'cloudtrail-forwarder.yml');
  // CloudFormation reads YAML 1.1, in which a bare `on` is true.
  writeFileSync(file, stringify(template, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }));
  rmSync(folder, { recursive: true });
  const shown = (path) => relative(process.cwd(), path);
  process.stdout.write(`${shown(file)}\n${shown(join(out, codeKey))}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${error.stderr?.toString() || error.message}\n`);
    process.exitCode = 2;
  }
}
