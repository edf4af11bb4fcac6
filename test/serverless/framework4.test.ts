import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './packaged.ts';

/**
 * serverless.yml must stay valid for Serverless Framework 4, whose program cannot be run without an account. What was
 * verified with its published source (serverless/serverless at b9d7ea5, 2026-08-12): its variable resolver resolves
 * serverless.yml and serverless/ to the same resources, function and provider as osls 4.3.1 does, for three sets of
 * parameters; its configuration schema takes the result; it loads plugin.cjs and knows its hooks. Not verified: package
 * and deploy by the released program. What would break this is watched here.
 */
const text = readFileSync(join(ROOT, 'serverless.yml'), 'utf8');
const configuration = parse(text, { logLevel: 'error' }) as Record<string, Record<string, unknown>>;

describe('serverless.yml', () => {
  it('asks for a version that osls 4 and Serverless Framework 4 both are', () => {
    expect(configuration['frameworkVersion']).toBe('4');
  });

  it('has only top-level properties that both know', () => {
    const both = ['service', 'frameworkVersion', 'plugins', 'params', 'provider', 'package', 'functions', 'custom', 'resources'];
    expect(Object.keys(configuration).filter((name) => !both.includes(name))).toEqual([]);
  });

  it('uses params, which Serverless Framework 4 refuses beside stages', () => {
    expect(configuration).toHaveProperty('params.default');
    expect(configuration).not.toHaveProperty('stages');
  });

  it('names its handler by a file that Serverless Framework 4 does not want to build itself', () => {
    const { forwarder } = configuration['functions'] as { forwarder: { handler: string } };
    expect(forwarder.handler).toBe('dist/forwarder.handler');
  });

  it('takes variables only from sources that both have', () => {
    const sources = [...text.matchAll(/\$\{(\w+)[:(]/g)].map(([, source]) => source);
    expect([...new Set(sources)].filter((source) => !['file', 'param', 'self', 'sls', 'opt', 'AWS'].includes(source!))).toEqual([]);
  });
});
