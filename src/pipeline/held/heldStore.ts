import type { HeldPointer } from '../../model.ts';

/** Where pointers to undelivered records are kept until they are sent again or somebody acts. */
export interface HeldStore {
  /**
   * Keeps every pointer durably: those that can be sent again later wait for it, the others are put where an alarm
   * watches. Returns only when all are stored; a pointer may be stored twice, never not at all.
   *
   * @throws ForwarderError ERR_HOLD naming what could not be stored; the invocation must then fail
   */
  hold(pointers: readonly HeldPointer[]): Promise<void>;
}
