import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, ROOT, run } from './packaged.ts';
import type { Template } from './packaged.ts';

interface Diagnostic {
  ruleId: string;
  severity: string;
  message: string;
  entity?: { logicalId?: string };
  propertyPath?: string;
}

/** Findings that are no fault here, with the reason. */
const EXPECTED: Record<string, string> = {
  W3005: 'the framework writes DependsOn for the role, which GetAtt says as well',
  W9002: 'an ARN that the user gave, or of a bucket that another stack has',
  W9013: 'an ARN that the user gave, with its account',
  W9053: 'two conditions that mean the same, for these answers',
  W9003: 'a number given with --param is text; CloudFormation takes it',
};

/** {@link findings} of templates that are in no file yet. */
export async function findingsOf(templates: Template[]): Promise<string[][]> {
  const folder = emptyFolder();
  const files = templates.map((template, position) => {
    const file = join(folder, `${position}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  return findings(files);
}

/**
 * What AWS's offline validator finds wrong in each template: every error, and every warning that is not expected. Two
 * warnings are as bad as errors and therefore never expected: W3030 (a value that AWS does not know) and W2531 (a
 * runtime that is over).
 */
export async function findings(files: string[], parameters: Record<string, string> = {}): Promise<string[][]> {
  const { exitCode, out, said } = await run(ROOT, [join(__dirname, 'validate.cjs'), JSON.stringify(parameters), ...files]);
  if (exitCode !== 0) throw new Error(said);
  const wrong = ({ severity, ruleId }: Diagnostic) => severity !== 'INFO' && severity !== 'DEBUG' && !(ruleId in EXPECTED);
  return (JSON.parse(out) as Diagnostic[][]).map((each) => each.filter(wrong).map(({ ruleId, entity, propertyPath, message }) => `${ruleId} ${entity?.logicalId ?? ''} ${propertyPath ?? ''}: ${message}`));
}
