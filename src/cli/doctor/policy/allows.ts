/**
 * Whether a resource's policy lets somebody do something, as far as `doctor` needs to know: the operators that AWS's
 * documented policies for CloudTrail, S3 notifications and Datadog's role use. A condition that is not understood is
 * taken as not met: an Allow with it is named as the nearest, a Deny with it is passed over.
 */
import type { PolicyDocument, Statement } from '../../../edge/aws/control/policyDocument.ts';
import { matchesWildcards } from './wildcards.ts';

/** Who wants to do what, to what, under which circumstances. */
export interface Attempt {
  principal: { kind: 'Service' | 'AWS'; name: string };
  action: string;
  resource: string;
  /** Condition keys (in any case) and their values; a key that is not here is absent from the request. */
  context: Record<string, string>;
}

export interface Verdict {
  allowed: boolean;
  /** The statement that decided: a Deny, the Allow, or the nearest Allow whose conditions are not met. */
  statement?: Statement;
  /** For that nearest Allow: the condition that is not met, as `StringEquals aws:SourceArn = arn:...`. */
  unmet?: string;
}

/** An explicit Deny wins; otherwise one matching Allow is enough. */
export function allows(policy: PolicyDocument | undefined, attempt: Attempt): Verdict {
  const about = (policy?.statements ?? []).filter((statement) => isAbout(statement, attempt));
  const denied = about.find((statement) => statement.effect === 'Deny' && firstUnmet(statement, attempt) === undefined);
  if (denied !== undefined) return { allowed: false, statement: denied };
  let nearest: Verdict = { allowed: false };
  for (const statement of about.filter(({ effect }) => effect === 'Allow')) {
    const unmet = firstUnmet(statement, attempt);
    if (unmet === undefined) return { allowed: true, statement };
    nearest = { allowed: false, statement, unmet };
  }
  return nearest;
}

function isAbout(statement: Statement, { principal, action, resource }: Attempt): boolean {
  return isFor(statement, principal) && covers(statement.actions, statement.notActions, action.toLowerCase(), true) && covers(statement.resources, statement.notResources, resource, false);
}

function isFor({ principals }: Statement, { kind, name }: Attempt['principal']): boolean {
  if (principals['*'] !== undefined) return true;
  return (principals[kind] ?? []).some((listed) => listed === '*' || listed === name || (kind === 'AWS' && isAccountOf(listed, name)));
}

/** `arn:aws:iam::123456789012:root` and `123456789012` both hand the decision to that account. */
function isAccountOf(listed: string, arn: string): boolean {
  const account = arn.split(':')[4];
  return listed === account || (/^arn:[^:]+:iam::\d{12}:root$/.test(listed) && listed.split(':')[4] === account);
}

function covers(included: string[], excluded: string[], value: string, foldCase: boolean): boolean {
  const fold = (text: string) => (foldCase ? text.toLowerCase() : text);
  if (excluded.length > 0) return !excluded.some((pattern) => matchesWildcards(fold(pattern), value));
  // Trust policies have no Resource: it is the role itself.
  return included.length === 0 || included.some((pattern) => matchesWildcards(fold(pattern), value));
}

function firstUnmet(statement: Statement, { context }: Attempt): string | undefined {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  for (const [operator, keys] of Object.entries(statement.conditions)) {
    for (const [key, values] of Object.entries(keys)) {
      if (!isMet(operator, given.get(key.toLowerCase()), values)) return `${operator} ${key} = ${values.join(' | ')}`;
    }
  }
  return undefined;
}

function isMet(operator: string, value: string | undefined, wanted: string[]): boolean {
  const name = operator.replace(/^For(All|Any)Values?:/i, '').toLowerCase();
  if (name === 'null') return wanted.includes(String(value === undefined));
  const optional = name.endsWith('ifexists');
  if (value === undefined) return optional || name.includes('not');
  switch (optional ? name.slice(0, -'ifexists'.length) : name) {
    case 'stringequals':
      return wanted.includes(value);
    case 'stringequalsignorecase':
      return wanted.some((text) => text.toLowerCase() === value.toLowerCase());
    case 'bool':
      return wanted.some((text) => text.toLowerCase() === value.toLowerCase());
    case 'stringlike':
    case 'arnlike':
    case 'arnequals':
      return wanted.some((pattern) => matchesWildcards(pattern, value));
    case 'stringnotequals':
      return !wanted.includes(value);
    case 'stringnotlike':
    case 'arnnotlike':
    case 'arnnotequals':
      return !wanted.some((pattern) => matchesWildcards(pattern, value));
    default:
      return false;
  }
}
