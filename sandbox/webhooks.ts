import type { Delivery } from "./provider.ts";

export interface Attempt {
  at: number;
  /** 0: no answer. */
  status: number;
  body: string;
}

/** A delivery as `GET /_sandbox/deliveries` reports it. */
export interface DeliveryRecord {
  provider: string;
  name: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  attempts: Attempt[];
}

const kept = 1000;

/** Sends webhooks and remembers the last thousand. */
export class Webhooks {
  readonly records: DeliveryRecord[] = [];
  private readonly stop = new AbortController();

  async deliver(delivery: Delivery): Promise<{ status: number; body: string }> {
    const method = delivery.method ?? "POST";
    const { provider, name } = delivery.tenant.options;
    const record: DeliveryRecord = {
      provider,
      name,
      method,
      url: delivery.url,
      headers: delivery.headers,
      body: delivery.body,
      attempts: [],
    };
    this.records.push(record);
    if (this.records.length > kept) this.records.shift();
    const waits = [...(delivery.retryAfterMs ?? [])];
    for (;;) {
      const attempt = await this.attempt(delivery, method);
      record.attempts.push(attempt);
      const wait = attempt.status === 0 || attempt.status >= 500 ? waits.shift() : undefined;
      if (wait === undefined || this.stop.signal.aborted) return attempt;
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
  }

  /** Gives up on everything under way. */
  close(): void {
    this.stop.abort();
  }

  private async attempt(delivery: Delivery, method: string): Promise<Attempt> {
    const at = Date.now();
    try {
      const answer = await fetch(delivery.url, {
        method,
        headers: delivery.headers,
        redirect: "manual",
        signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(delivery.timeoutMs ?? 10_000)]),
        ...(method === "GET" ? {} : { body: delivery.body }),
      });
      return { at, status: answer.status, body: (await answer.text()).slice(0, 10_000) };
    } catch (error) {
      return { at, status: 0, body: String(error) };
    }
  }
}
