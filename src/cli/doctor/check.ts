import type { Setup } from './setup.ts';

/** The guide's steps, in its order, and what comes before them. */
export const GROUPS = {
  access: 'Access',
  integration: '1. AWS integration',
  trail: '2. Trail and bucket',
  forwarder: '3. Trigger and forwarder',
  siem: '4. Datadog and Cloud SIEM',
} as const;

export type Group = keyof typeof GROUPS;

export interface Check {
  /** Stable: people grep for it and leave it out by it. */
  id: string;
  group: Group;
  /** What is true when all is well. */
  title: string;
  run(setup: Setup): Promise<Finding>;
  /** What to do when it is not ok and `run` knows nothing more exact. */
  fix: string;
}

/** What a check found. `next`: the exact command, or the one thing to do, that comes next. */
export interface Finding {
  state: 'ok' | 'not ok' | 'skipped';
  why: string;
  next?: string;
}

export function ok(why: string): Finding {
  return { state: 'ok', why };
}

export function notOk(why: string, next?: string): Finding {
  return { state: 'not ok', why, ...(next === undefined ? {} : { next }) };
}

export function skipped(why: string, next?: string): Finding {
  return { state: 'skipped', why, ...(next === undefined ? {} : { next }) };
}

/** Thrown by {@link Setup} when what a check is about is not there; the check that is about just that tells the fault. */
export class WaitsFor extends Error {
  readonly check: string;

  constructor(check: string) {
    super(`waits for "${check}"`);
    this.check = check;
  }
}
