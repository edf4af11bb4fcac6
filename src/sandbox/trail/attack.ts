import { withoutSession } from './everyday.ts';
import { ACCOUNT, iamUser, iamUserWithKey } from './identities.ts';
import type { Happening } from './record.ts';

/** Where the intruder comes from: nobody else in the sandbox does. */
export const INTRUDER_ADDRESS = '203.0.113.66';

/** Seconds after its beginning, and what happens then. */
export type Step = readonly [afterS: number, happening: Happening];

/**
 * A short break-in: a password without a second factor, a look around, a key to come back with, more rights, and then
 * the trail is switched off. Each step is what rules of Cloud SIEM look for.
 */
export function attack(beginMs: number): Step[] {
  const victim = 'paulo';
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
  const at = (afterS: number, more: Omit<Happening, 'who' | 'from' | 'agent'>): Step => [
    afterS,
    { who: iamUser(victim, beginMs + afterS * 1000, false), from: INTRUDER_ADDRESS, agent, ...more },
  ];
  const withKey = (afterS: number, more: Omit<Happening, 'who' | 'from' | 'agent'>): Step => [
    afterS,
    { who: iamUserWithKey('backup-operator'), from: INTRUDER_ADDRESS, agent: 'aws-cli/2.31.9 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.7', ...more },
  ];
  const [, signIn] = at(0, {
    source: 'signin',
    name: 'ConsoleLogin',
    type: 'AwsConsoleSignIn',
    readOnly: false,
    response: { ConsoleLogin: 'Success' },
    additional: { LoginTo: 'https://console.aws.amazon.com/console/home', MobileVersion: 'No', MFAUsed: 'No' },
  });
  return [
    [0, { ...signIn, who: withoutSession(signIn.who) }],
    at(41, { source: 'iam', name: 'ListUsers', readOnly: true, request: { maxItems: 1000 } }),
    at(55, { source: 'cloudtrail', name: 'DescribeTrails', readOnly: true, request: { includeShadowTrails: true } }),
    at(97, {
      source: 'iam',
      name: 'CreateAccessKey',
      readOnly: false,
      request: { userName: 'backup-operator' },
      response: { accessKey: { userName: 'backup-operator', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', status: 'Active', createDate: new Date(beginMs + 97_000).toUTCString() } },
    }),
    at(120, {
      source: 'iam',
      name: 'AttachUserPolicy',
      readOnly: false,
      request: { userName: 'backup-operator', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    }),
    withKey(171, { source: 'sts', name: 'GetCallerIdentity', readOnly: true }),
    withKey(183, {
      source: 'cloudtrail',
      name: 'StopLogging',
      readOnly: false,
      request: { name: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/main-trail` },
    }),
  ];
}
