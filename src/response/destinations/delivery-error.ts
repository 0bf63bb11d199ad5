/** Why something could not be delivered, in words for the delivery log. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  /** It was refused for what it is: sending it again is unlikely to help. */
  readonly isFinal: boolean;
  /** The receiver asked to be left alone so long. */
  readonly retryAfterMs: number;
  constructor(message: string, options: { cause?: unknown; isFinal?: boolean; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.isFinal = options.isFinal ?? false;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
