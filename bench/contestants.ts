import { join } from 'node:path';

/** Something that is measured: a program that does a task in a fresh process. */
export interface Contestant {
  name: string;
  command: string[];
  env: Record<string, string>;
  /** What it compresses with, so that its floor can be measured. */
  codec: { name: 'gzip' | 'zstd'; level: number };
  /** Our own function; the others are what it is compared with. */
  ours: boolean;
}

/** Lambda's own flags for a function of 256 MB, so that the heap is as small here as it is there. */
const LAMBDA_NODE = ['--max-semi-space-size=12', '--max-old-space-size=231'];

export interface Choice {
  /** Where the built implementations lie. */
  built: string;
  /** Bundles of our function: usually one; several are compared with each other. */
  bundles: string[];
  /** A checkout of DataDog/datadog-serverless-functions. */
  official?: string;
  root: string;
}

const zstdHere = Number(process.versions.node.split('.')[0]) >= 23 || process.versions.node.startsWith('22.');

export function contestants({ built, bundles, official, root }: Choice): Contestant[] {
  const node = process.execPath;
  const ours = (name: string, bundle: string, env: Record<string, string>, codec: Contestant['codec']): Contestant => ({
    name,
    command: [node, ...LAMBDA_NODE, join(built, 'bundle.cjs')],
    env: { BENCH_BUNDLE: bundle, BENCH_ENV: JSON.stringify(env) },
    codec,
    ours: true,
  });
  const named = (bundle: string, what: string) => (bundles.length === 1 ? what : `${what}, ${bundle}`);
  return [
    ...(official === undefined ? [] : [{ name: 'official forwarder (Python)', command: ['python3', join(root, 'bench/implementations/official.py')], env: { OFFICIAL_FORWARDER: official }, codec: { name: 'gzip' as const, level: 6 }, ours: false }]),
    { name: 'naive, Datadog client', command: [node, join(built, 'naive.cjs')], env: { BENCH_CLIENT: 'datadog' }, codec: { name: 'gzip', level: 6 }, ours: false },
    { name: 'naive, JSON and fetch', command: [node, join(built, 'naive.cjs')], env: {}, codec: { name: 'gzip', level: 6 }, ours: false },
    ...bundles.flatMap((bundle) => [
      ...(zstdHere
        ? [
            ours(named(bundle, 'ours'), bundle, {}, { name: 'zstd', level: 1 }),
            ours(named(bundle, 'ours, zstd 3'), bundle, { DD_COMPRESSION_LEVEL: '3' }, { name: 'zstd', level: 3 }),
            ours(named(bundle, 'ours, lean'), bundle, { DD_METADATA: 'lean' }, { name: 'zstd', level: 1 }),
          ]
        : []),
      ours(named(bundle, 'ours, gzip 6'), bundle, { DD_COMPRESSION: 'gzip' }, { name: 'gzip', level: 6 }),
    ]),
  ];
}
