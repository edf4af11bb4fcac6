import { allows, type Attempt } from '../../../../src/cli/doctor/policy/allows.ts';
import { parsePolicy } from '../../../../src/edge/aws/control/policyDocument.ts';

const ROLE = 'arn:aws:iam::123456789012:role/forwarder';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1';

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return { principal: { kind: 'Service', name: 's3.amazonaws.com' }, action: 'sqs:SendMessage', resource: 'arn:aws:sqs:us-east-1:123456789012:q', context: {}, ...changes };
}

function statement(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*', ...changes };
}

function policy(...statements: Record<string, unknown>[]) {
  return parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}

describe('allows', () => {
  test('no policy allows nothing', () => {
    expect(allows(undefined, attempt())).toEqual({ allowed: false });
  });

  test('reads one statement that is not in a list, and one that is percent-encoded', () => {
    const text = JSON.stringify({ Statement: statement() });
    expect(allows(parsePolicy(text), attempt()).allowed).toBe(true);
    expect(allows(parsePolicy(encodeURIComponent(text)), attempt()).allowed).toBe(true);
  });

  test.each<[string, Record<string, unknown>, Partial<Attempt>, boolean]>([
    ['another service', { Principal: { Service: 'sns.amazonaws.com' } }, {}, false],
    ['one of several services', { Principal: { Service: ['sns.amazonaws.com', 's3.amazonaws.com'] } }, {}, true],
    ['everybody', { Principal: '*' }, {}, true],
    ['every AWS principal, for a role', { Principal: { AWS: '*' } }, { principal: { kind: 'AWS', name: ROLE } }, true],
    ['every AWS principal, for a service', { Principal: { AWS: '*' } }, {}, false],
    ["the role's account as root", { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, { principal: { kind: 'AWS', name: ROLE } }, true],
    ["the role's account as a number", { Principal: { AWS: '123456789012' } }, { principal: { kind: 'AWS', name: ROLE } }, true],
    ['another account', { Principal: { AWS: 'arn:aws:iam::210987654321:root' } }, { principal: { kind: 'AWS', name: ROLE } }, false],
    ['an action by wildcard, in any case', { Action: 'SQS:send*' }, {}, true],
    ['another action', { Action: 'sqs:ReceiveMessage' }, {}, false],
    ['every action but this', { Action: undefined, NotAction: 'sqs:SendMessage' }, {}, false],
    ['every action but another', { Action: undefined, NotAction: 'sqs:DeleteQueue' }, {}, true],
    ['another resource', { Resource: 'arn:aws:sqs:us-east-1:123456789012:other' }, {}, false],
    ['no resource, as in a trust policy', { Resource: undefined }, {}, true],
    ['StringEquals that is met', { Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }, { context: { 'aws:SourceAccount': '123456789012' } }, true],
    ['a condition key in another case', { Condition: { StringEquals: { 'AWS:SourceAccount': '123456789012' } } }, { context: { 'aws:SourceAccount': '123456789012' } }, true],
    ['a condition on what the request does not have', { Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }, {}, false],
    ['...IfExists on what the request does not have', { Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } } }, {}, true],
    ['ArnLike', { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:b' } } }, { context: { 'aws:SourceArn': 'arn:aws:s3:::b' } }, true],
    ['StringNotEquals', { Condition: { StringNotEquals: { 'aws:SourceArn': 'x' } } }, { context: { 'aws:SourceArn': 'x' } }, false],
    ['Null false on a key that is there', { Condition: { Null: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'false' } } }, { context: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'x' } }, true],
    ['Null false on a key that is not there', { Condition: { Null: { 'kms:EncryptionContext:aws:cloudtrail:arn': false } } }, {}, false],
    ['one of two conditions unmet', { Condition: { StringEquals: { a: '1' }, StringLike: { b: 'x*' } } }, { context: { a: '1', b: 'y' } }, false],
    ['an operator that is not understood', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }, { context: { 'aws:SourceIp': '192.0.2.1' } }, false],
  ])('%s', (_, changes, asked, expected) => {
    expect(allows(policy(statement(changes)), attempt(asked)).allowed).toBe(expected);
  });

  test('a Deny wins over an Allow, and is told', () => {
    const verdict = allows(policy(statement(), statement({ Sid: 'No', Effect: 'Deny', Principal: '*' })), attempt());
    expect(verdict).toMatchObject({ allowed: false, statement: { sid: 'No' } });
  });

  test('a Deny whose condition is not met is passed over', () => {
    const deny = statement({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(allows(policy(statement(), deny), attempt({ context: { 'aws:SecureTransport': 'true' } })).allowed).toBe(true);
  });

  test('the nearest Allow says what it asks for', () => {
    const verdict = allows(policy(statement({ Condition: { StringEquals: { 'kms:ViaService': ['s3.us-east-1.amazonaws.com', 'x'] } } })), attempt({ resource: KEY }));
    expect(verdict.unmet).toBe('StringEquals kms:ViaService = s3.us-east-1.amazonaws.com | x');
  });
});
