import type { Readable } from 'node:stream';
import type { ObjectRef } from '../../model.ts';

/** An object as it is stored, opened for reading. */
export interface StoredObject {
  /**
   * The bytes as stored, compressed or not. Whoever opens it reads it to its end or destroys it. A connection that is
   * cut or goes silent makes it fail with the network's own error: opening the object again can help.
   */
  body: Readable;
  /** The key the object was found under: another one than asked for when that came encoded. */
  key: string;
  sizeBytes?: number;
  versionId?: string;
  eTag?: string;
}

/** Where CloudTrail's objects lie. */
export interface ObjectStore {
  /**
   * Opens an object. The signal ends waiting, retrying and reading.
   *
   * @throws ForwarderError ERR_OBJECT_NOT_FOUND, ERR_OBJECT_DENIED, ERR_OBJECT_KMS_DENIED (somebody must act first),
   *   ERR_OBJECT_UNREADABLE (later may help), ERR_DEADLINE (the signal)
   */
  open(ref: ObjectRef, signal: AbortSignal): Promise<StoredObject>;
}
