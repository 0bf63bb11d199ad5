import { createHmac } from "node:crypto";
import type { Delivery, SandboxKit } from "../provider.ts";
import type { EventSource } from "./tenant.ts";

/** Headers by which a receiver knows who sent a message. `at` is epoch ms. */
export type Signing = (message: { body: string; at: number }) => Record<string, string>;

/** A fixed secret in a header. */
export function fixedHeader(name: string, value: string): Signing {
  return () => ({ [name]: value });
}

export interface HmacOptions {
  header: string;
  secret: string;
  /** Default sha256. */
  algorithm?: "sha1" | "sha256";
  /** Default hex. */
  encoding?: "hex" | "base64";
  /** What stands before the signature: `sha256=`. Default nothing. */
  prefix?: string;
  /**
   * The header with the time the message was signed, where the signature covers it. Default none.
   * `text` joins both to what is signed, as in `v0:{time}:{body}`.
   */
  timestamp?: { header: string; unit: "seconds" | "milliseconds" | "iso"; text(time: string, body: string): string };
}

/** HMAC of the body, or of time and body. */
export function hmacHeader(options: HmacOptions): Signing {
  const { header, secret, algorithm = "sha256", encoding = "hex", prefix = "", timestamp } = options;
  return ({ body, at }) => {
    const time = timestamp && timeText(at, timestamp.unit);
    const text = timestamp && time !== undefined ? timestamp.text(time, body) : body;
    const signature = createHmac(algorithm, secret).update(text).digest(encoding);
    return { [header]: prefix + signature, ...(timestamp && time !== undefined && { [timestamp.header]: time }) };
  };
}

function timeText(at: number, unit: "seconds" | "milliseconds" | "iso"): string {
  if (unit === "iso") return new Date(at).toISOString();
  return String(unit === "seconds" ? Math.floor(at / 1000) : at);
}

/** One address that is sent events. */
export interface Subscription {
  id: string;
  url: string;
  /** False while it is unverified or switched off. */
  active: boolean;
  sign: Signing;
  /** Epoch ms after which nothing is sent, for providers whose subscriptions have to be renewed. */
  expiresAt?: number;
}

export interface WebhookFormat<S extends Subscription> {
  /** What a subscription is sent about the event with this number; undefined when it did not ask for it. */
  body(subscription: S, number: number): unknown;
  /** Headers of the message about this event, beside its signature: what happened, the id of the delivery. Default none. */
  headers?(subscription: S, number: number): Record<string, string>;
  /**
   * Several events travel in one message: those within so many milliseconds of the first, at most `max`. `join` makes one of what `body` made
   * of each. Default: each event by itself.
   */
  batch?: { withinMs: number; max: number; join(subscription: S, bodies: unknown[]): unknown };
  /** Waits before each repeat after a timeout or a 5xx. Default: no repeat. */
  retryAfterMs?: number[];
  /** Default 10 s. */
  timeoutMs?: number;
}

/** A subscription that callers make with settings of theirs, and may replace them. */
export abstract class SettledSubscription<Settings> implements Subscription {
  readonly id: string;
  readonly createdAt: number;
  settings: Settings;
  updatedAt: number;

  constructor(id: string, settings: Settings, now: number) {
    this.id = id;
    this.settings = settings;
    this.createdAt = now;
    this.updatedAt = now;
  }

  abstract get url(): string;
  abstract get active(): boolean;
  abstract get sign(): Signing;

  settle(settings: Settings, now: number): void {
    this.settings = settings;
    this.updatedAt = now;
  }
}

/** The subscriptions of a tenant. Each event goes out as it is stored. */
export class Webhooks<S extends Subscription> {
  readonly all = new Map<string, S>();
  readonly #tenant: Delivery["tenant"];
  readonly #kit: SandboxKit;
  readonly #format: WebhookFormat<S>;
  /** By subscription: what waits to be sent together, and when it goes. */
  readonly #waiting = new Map<S, { bodies: unknown[]; timer: NodeJS.Timeout }>();

  constructor(tenant: Delivery["tenant"] & EventSource, kit: SandboxKit, format: WebhookFormat<S>) {
    this.#tenant = tenant;
    this.#kit = kit;
    this.#format = format;
    tenant.onAppend((number) => this.#announce(number));
  }

  add(subscription: S): S {
    this.all.set(subscription.id, subscription);
    return subscription;
  }

  /** Sends a JSON message now, whether or not the subscription is active. Resolves when the last attempt has ended. */
  send(
    subscription: S,
    message: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    const body = JSON.stringify(message);
    const { timeoutMs, retryAfterMs } = this.#format;
    return this.#kit.deliver({
      tenant: this.#tenant,
      url: subscription.url,
      headers: { "content-type": "application/json", ...headers, ...subscription.sign({ body, at: this.#kit.now() }) },
      body,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(retryAfterMs && { retryAfterMs }),
    });
  }

  /**
   * The handshake before a subscription is used: asks the address once, without repeats, and returns whether
   * the answer is a 200 that passes. `url` differs where the challenge stands in the query.
   */
  async challenge(
    subscription: S,
    question: { method?: string; url?: string; headers?: Record<string, string>; body?: string },
    passes: (body: string) => boolean,
  ): Promise<boolean> {
    const { method = "GET", url = subscription.url, headers = {}, body = "" } = question;
    const { timeoutMs } = this.#format;
    const answer = await this.#kit.deliver({
      tenant: this.#tenant,
      method,
      url,
      headers: { ...subscription.sign({ body, at: this.#kit.now() }), ...headers },
      body,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    return answer.status === 200 && passes(answer.body);
  }

  #announce(number: number): void {
    for (const subscription of this.all.values()) {
      const { active, expiresAt = Number.POSITIVE_INFINITY } = subscription;
      if (!active || expiresAt <= this.#kit.now()) continue;
      const body = this.#format.body(subscription, number);
      if (body === undefined) continue;
      if (this.#format.batch) this.#gather(subscription, body, this.#format.batch);
      else void this.send(subscription, body, this.#format.headers?.(subscription, number));
    }
  }

  #gather(subscription: S, body: unknown, batch: NonNullable<WebhookFormat<S>["batch"]>): void {
    const flush = () => {
      const gathered = this.#waiting.get(subscription);
      if (!gathered) return;
      clearTimeout(gathered.timer);
      this.#waiting.delete(subscription);
      // It may have been removed or switched off since.
      if (this.all.get(subscription.id) === subscription && subscription.active)
        void this.send(subscription, batch.join(subscription, gathered.bodies));
    };
    const waiting = this.#waiting.get(subscription) ?? { bodies: [], timer: setTimeout(flush, batch.withinMs) };
    waiting.bodies.push(body);
    this.#waiting.set(subscription, waiting);
    if (waiting.bodies.length >= batch.max) flush();
  }
}

/** Whether a JSON answer carries this value: `answers("challenge", text)`. */
export function answers(field: string, value: string): (body: string) => boolean {
  return (body) => {
    try {
      return (JSON.parse(body) as Record<string, unknown> | null)?.[field] === value;
    } catch {
      return false;
    }
  };
}
