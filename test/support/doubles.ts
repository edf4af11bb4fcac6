import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ForwarderError } from '../../src/errors.ts';
import type { HeldPointer, ObjectRef } from '../../src/model.ts';
import type { EncodedPayload, Intake, IntakeAnswer } from '../../src/pipeline/deliver/intake.ts';
import type { Outside } from '../../src/pipeline/forward.ts';
import type { HeldStore } from '../../src/pipeline/held/heldStore.ts';
import type { ObjectStore } from '../../src/pipeline/read/objectStore.ts';
import { readSettings } from '../../src/settings/readSettings.ts';
import { FakeClock } from './fakeClock.ts';

/** Objects in memory; reading one takes `msPerChunk` of the fake clock for each 4 KB. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();
  readonly opened: string[] = [];
  msPerChunk = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  put(key: string, records: unknown[] | string): ObjectRef {
    this.objects.set(key, typeof records === 'string' ? Buffer.from(records) : gzipSync(JSON.stringify({ Records: records })));
    return { bucket: 'trail', key, attempts: 0 };
  }

  async open(ref: ObjectRef): ReturnType<ObjectStore['open']> {
    this.opened.push(ref.key);
    const bytes = this.objects.get(ref.key);
    if (bytes === undefined) throw new ForwarderError('ERR_OBJECT_NOT_FOUND', `no "${ref.key}"`, { stage: 'read', retry: 'never', hint: 'look' });
    const [clock, ms] = [this.#clock, this.msPerChunk];
    async function* body(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes!.length; at += 4096) {
        if (ms > 0) await clock.sleep(ms);
        yield Buffer.from(bytes!.subarray(at, at + 4096));
      }
    }
    return Promise.resolve({ body: Readable.from(body()), key: ref.key, sizeBytes: bytes.length });
  }
}

/** Keeps the logs it accepts; `answer` may refuse a post by its logs or its number. */
export class MemoryIntake implements Intake {
  readonly logs: Record<string, unknown>[] = [];
  readonly texts: string[] = [];
  posts = 0;
  answer: (logs: Record<string, unknown>[], post: number) => Partial<IntakeAnswer> = () => ({});

  encode(payload: Uint8Array): EncodedPayload {
    return { body: Buffer.from(payload), encoding: undefined };
  }

  post(payload: EncodedPayload): Promise<IntakeAnswer> {
    const text = Buffer.from(payload.body).toString();
    const logs = JSON.parse(text) as Record<string, unknown>[];
    const answer = { status: 202, reason: '{}', ...this.answer(logs, ++this.posts) };
    if (answer.status < 300) {
      this.logs.push(...logs);
      this.texts.push(text);
    }
    return Promise.resolve(answer);
  }

  giveUpEncoding(): boolean {
    return false;
  }

  refreshKey(): Promise<void> {
    return Promise.resolve();
  }
}

export class MemoryHeldStore implements HeldStore {
  readonly pointers: HeldPointer[] = [];
  refuse = false;

  hold(pointers: readonly HeldPointer[]): Promise<void> {
    if (this.refuse) return Promise.reject(new ForwarderError('ERR_HOLD', 'the queue is gone', { stage: 'held', retry: 'later', hint: 'look' }));
    this.pointers.push(...pointers);
    return Promise.resolve();
  }
}

export interface World extends Outside {
  store: MemoryStore;
  intake: MemoryIntake;
  clock: FakeClock;
  held: MemoryHeldStore;
}

/** All the outside that the way needs, in memory. */
export function world(env: Record<string, string> = {}): World {
  const clock = new FakeClock();
  return {
    settings: readSettings({ DD_API_KEY: '0123456789abcdef0123456789abcdef', ...env }),
    forwarder: { functionName: 'f', functionVersion: '$LATEST', functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f', version: '1.0.0' },
    store: new MemoryStore(clock),
    intake: new MemoryIntake(),
    held: new MemoryHeldStore(),
    clock,
    random: () => 0.5,
  };
}
