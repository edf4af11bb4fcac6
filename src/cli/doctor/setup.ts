import type { Notifications } from '../../edge/aws/control/buckets.ts';
import type { DeployedFunction, EventSource } from '../../edge/aws/control/functions.ts';
import type { Identity } from '../../edge/aws/control/identity.ts';
import type { AwsControl } from '../../edge/aws/control/open.ts';
import type { PolicyDocument } from '../../edge/aws/control/policyDocument.ts';
import type { Queue } from '../../edge/aws/control/queues.ts';
import type { Trail } from '../../edge/aws/control/trails.ts';
import type { DatadogApi } from '../../edge/datadog/api/open.ts';
import type { DatadogAccess } from '../../edge/datadog/api/client.ts';
import { DEFAULT_SITE } from '../../edge/datadog/sites.ts';
import { ForwarderError } from '../../errors.ts';
import { readSettings } from '../../settings/readSettings.ts';
import type { ApiKeySource, Settings } from '../../settings/settings.ts';
import type { Choice } from '../choose/choice.ts';
import { chooseForwarder } from '../choose/forwarder.ts';
import { chooseTrail } from '../choose/trail.ts';
import { WaitsFor } from './check.ts';

/** What the user said; what is left out is found out. */
export interface SetupOptions {
  functionName?: string;
  /** Name or ARN. */
  trail?: string;
  bucket?: string;
  /** Datadog's integration role. */
  roleName: string;
  site?: string;
  apiUrl?: string;
}

/** What the setup is asked through. */
export interface Doors {
  aws: AwsControl;
  openDatadog(access: DatadogAccess): DatadogApi;
  /** The key that the function sends with, read with our own rights. Throws ERR_SECRET. */
  readApiKey(source: ApiKeySource, of: DeployedFunction): Promise<string>;
  /** POSTs the empty log to the intake; gives the HTTP status. */
  knock(intake: Settings['intake'], apiKey: string): Promise<number>;
  env: Record<string, string | undefined>;
  now: () => number;
}

/**
 * The setup under examination. Everything is asked once, when a check first wants it; several checks that want the same
 * share the answer, or the refusal. What is not there throws {@link WaitsFor}.
 */
export interface Setup {
  readonly options: SetupOptions;
  readonly doors: Doors;
  identity(): Promise<Identity>;
  trails(): Promise<Trail[]>;
  trailChoice(): Promise<Choice<Trail>>;
  trail(): Promise<Trail>;
  bucket(): Promise<string>;
  bucketPolicy(): Promise<PolicyDocument | undefined>;
  notifications(): Promise<Notifications>;
  forwarderChoice(): Promise<Choice<DeployedFunction>>;
  forwarder(): Promise<DeployedFunction>;
  forwarderPolicy(): Promise<PolicyDocument | undefined>;
  eventSources(): Promise<{ source: EventSource; queue: Queue | undefined }[]>;
  settings(): Promise<Settings>;
  site(): Promise<string>;
  /** The API key that the forwarder sends with. */
  forwarderKey(): Promise<string>;
  /** The organisation's API, with the user's own keys where they are set, else with the forwarder's key. */
  datadog(): Promise<DatadogApi>;
}

export function openSetup(options: SetupOptions, doors: Doors): Setup {
  const { aws, env } = doors;
  const setup: Setup = {
    options,
    doors,
    identity: once(() => aws.identity()),
    trails: once(() => aws.trails.list()),
    trailChoice: once(async () => chooseTrail(await setup.trails(), options)),
    trail: once(async () => only(await setup.trailChoice(), 'trail-found')),
    bucket: once(async () => options.bucket ?? (await setup.trail()).bucket),
    bucketPolicy: once(async () => aws.buckets.policy(await setup.bucket())),
    notifications: once(async () => aws.buckets.notifications(await setup.bucket())),
    forwarderChoice: once(() => chooseForwarder(aws.functions, options)),
    forwarder: once(async () => only(await setup.forwarderChoice(), 'function')),
    forwarderPolicy: once(async () => aws.functions.policy((await setup.forwarder()).name)),
    eventSources: once(async () => {
      const sources = await aws.functions.eventSources((await setup.forwarder()).name);
      return Promise.all(sources.map(async (source) => ({ source, queue: await aws.queues.readByArn(source.arn) })));
    }),
    settings: once(async () => {
      const { environment } = await setup.forwarder();
      try {
        return readSettings(environment);
      } catch {
        throw new WaitsFor('function-settings');
      }
    }),
    site: once(async () => {
      const asked = options.site ?? env['DD_SITE'] ?? (await setup.forwarder()).environment['DD_SITE'] ?? '';
      return asked === '' ? DEFAULT_SITE : asked;
    }),
    forwarderKey: once(async () => {
      const { apiKey } = await setup.settings();
      try {
        return await doors.readApiKey(apiKey, await setup.forwarder());
      } catch (thrown) {
        throw isDenied(thrown) ? ourOwnDenial(thrown) : thrown;
      }
    }),
    datadog: once(async () => {
      const appKey = env['DD_APP_KEY'];
      return doors.openDatadog({
        site: await setup.site(),
        apiKey: env['DD_API_KEY'] ?? (await setup.forwarderKey()),
        ...(appKey === undefined ? {} : { appKey }),
        ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
      });
    }),
  };
  return setup;
}

function isDenied(thrown: unknown): thrown is ForwarderError {
  return thrown instanceof ForwarderError && thrown.code === 'ERR_SECRET' && thrown.cause instanceof Error && thrown.cause.name.startsWith('AccessDenied');
}

/** The reader speaks to the function's owner; here it is we who were refused, which says nothing of the function. */
function ourOwnDenial(denial: ForwarderError): ForwarderError {
  return new ForwarderError('ERR_API_DENIED', `${denial.message}: what the function gets there cannot be seen from here`, {
    stage: 'cli',
    retry: 'never',
    hint: 'Run it as a principal that may read it too.',
    cause: denial,
  });
}

function only<T>(choice: Choice<T>, check: string): T {
  if (choice.found === undefined) throw new WaitsFor(check);
  return choice.found;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
