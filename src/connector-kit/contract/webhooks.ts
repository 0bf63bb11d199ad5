import type { Context } from "./context.ts";
import type { ScanStream } from "./kinds.ts";
import type { Settings } from "./manifest.ts";
import type { ActivityRecord, UnreadableItem } from "./records.ts";

export interface WebhookRequest {
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Buffer;
}

/** A stream, or one part of it, that should be read now. */
export type StreamRef = ScanStream | { stream: ScanStream; part: string };

/** What arrived, after its signature proved good. */
export interface WebhookResult {
  /** What to answer the provider at once (handshakes need a body). Default 200, empty. */
  response?: { status: number; headers?: Record<string, string>; body?: string };
  /**
   * Unique id of this delivery for replay rejection; absent: a hash of the body is used. Null: the provider sends the same bytes for something
   * new, so that nothing is rejected. Only of what does no harm twice: `refresh`.
   */
  deliveryId?: string | null;
  /** The activities it carried; stored by a job. */
  activities?: ActivityRecord[];
  /** What it carried and nobody can read: set aside, like a stream's. */
  unreadable?: UnreadableItem[];
  /** Streams to read now because something in them changed. */
  refresh?: StreamRef[];
  /** The provider wants the registration renewed before its time, or has ended it: a job registers again. */
  renew?: boolean;
}

/**
 * What a webhook registration needs to be checked, renewed and removed later; kept encrypted. `renewBy`, an ISO 8601 instant: when the
 * provider lets it expire; a job registers again well before.
 */
export type WebhookRegistration = Readonly<Record<string, string>>;

export interface Webhooks {
  /**
   * Registers our URL at the provider, or renews the registration; idempotent (finds its own earlier one). Absent for webhooks that an
   * admin enters by hand (`manual` in the manifest).
   */
  register?: (context: Context, hook: { url: string; secret: string }) => Promise<WebhookRegistration>;
  unregister?: (context: Context, registration: WebhookRegistration) => Promise<void>;
  /** Pure. Throws WebhookRejectedError when the signature or secret is wrong, or the delivery is too old. */
  receive: (
    request: WebhookRequest,
    hook: { secret: string; settings: Settings; registration: WebhookRegistration | null; now: Date },
  ) => WebhookResult;
}
