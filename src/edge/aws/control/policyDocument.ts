/** An IAM policy as AWS stores it: in a bucket, a key, a queue, a function, or as a role's trust. */
export interface PolicyDocument {
  statements: Statement[];
}

export interface Statement {
  sid?: string;
  effect: 'Allow' | 'Deny';
  /** By kind (`AWS`, `Service`, ...); `{ '*': ['*'] }` for everybody. */
  principals: Record<string, string[]>;
  actions: string[];
  notActions: string[];
  resources: string[];
  notResources: string[];
  /** operator -> key -> values */
  conditions: Record<string, Record<string, string[]>>;
}

/**
 * Reads a policy's JSON, plain or percent-encoded (IAM encodes, the others do not). What may be one value or a list
 * becomes a list.
 *
 * @throws SyntaxError when it is not a policy in JSON
 */
export function parsePolicy(text: string): PolicyDocument {
  const document: unknown = JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text));
  const statements = isObject(document) ? document['Statement'] : undefined;
  return { statements: asList(statements).filter(isObject).map(parseStatement) };
}

function parseStatement(statement: Record<string, unknown>): Statement {
  const sid = statement['Sid'];
  return {
    ...(typeof sid === 'string' ? { sid } : {}),
    effect: statement['Effect'] === 'Allow' ? 'Allow' : 'Deny',
    principals: parsePrincipals(statement['Principal']),
    actions: texts(statement['Action']),
    notActions: texts(statement['NotAction']),
    resources: texts(statement['Resource']),
    notResources: texts(statement['NotResource']),
    conditions: parseConditions(statement['Condition']),
  };
}

function parsePrincipals(principal: unknown): Record<string, string[]> {
  if (principal === '*') return { '*': ['*'] };
  if (!isObject(principal)) return {};
  return Object.fromEntries(Object.entries(principal).map(([kind, values]) => [kind, texts(values)]));
}

function parseConditions(conditions: unknown): Record<string, Record<string, string[]>> {
  if (!isObject(conditions)) return {};
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      isObject(keys) ? Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, texts(values)])) : {},
    ]),
  );
}

function texts(value: unknown): string[] {
  return asList(value).filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
