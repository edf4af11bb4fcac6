/** A held pointer as it waits in a queue. */
export interface HeldMessage {
  id: string;
  body: string;
  /** Ms since the epoch. */
  sentMs: number;
}

/** A queue of held pointers, read on demand: the held queue itself, or the dead-letter queue. */
export interface HeldSource<Message extends HeldMessage = HeldMessage> {
  /** Up to ten messages, hidden from everybody else for so long; none when there are none left. */
  receive(hiddenSeconds: number, waitSeconds: 0 | 1): Promise<Message[]>;
  /** Lets everybody see the messages again, at once. */
  release(messages: readonly Message[]): Promise<void>;
  /** Removes the messages; gives those that are still there. */
  remove(messages: readonly Message[]): Promise<Message[]>;
}
