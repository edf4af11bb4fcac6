/** A payload as it goes over the wire, so that it is compressed once however often it is sent. */
export interface EncodedPayload {
  body: Uint8Array;
  /** The Content-Encoding, or undefined for none. */
  encoding: 'gzip' | 'zstd' | undefined;
}

/** What the intake answered; any status. */
export interface IntakeAnswer {
  status: number;
  /** Retry-After, as it came. */
  retryAfter?: string;
  /** X-RateLimit-Reset, as it came: seconds. */
  rateLimitReset?: string;
  /** The beginning of the body: the intake's own reason. */
  reason: string;
}

/** Datadog's logs intake. */
export interface Intake {
  encode(payload: Uint8Array): EncodedPayload;
  /**
   * Posts a payload once.
   *
   * @throws ForwarderError ERR_INTAKE_UNREACHABLE when no answer came: it cannot be known whether it was accepted
   */
  post(payload: EncodedPayload, signal: AbortSignal): Promise<IntakeAnswer>;
  /**
   * Says that the intake does not take the encoding; later payloads are encoded otherwise. False when there is no
   * reason to believe so: it has taken it before, or there is no other.
   */
  giveUpEncoding(encoding: EncodedPayload['encoding']): boolean;
  /** Reads the API key again from where it comes from; when that fails, the old one stays. */
  refreshKey(): Promise<void>;
}
