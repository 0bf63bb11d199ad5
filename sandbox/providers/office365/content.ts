import type { ContentType, EventType } from "./event-types.ts";

interface Blob {
  id: string;
  /** When it became available, epoch ms. */
  created: number;
}

interface Log {
  readonly timeline: { count: number; timeAt(number: number): number; firstAtOrAfter(at: number): number };
  typeOf(number: number): EventType;
  unified(number: number): Record<string, unknown>;
}

/** Events that are delivered together. */
const perBlob = 20;

/**
 * The content of the unified audit log: blobs of neighbouring events of one type. The newest blob grows under a new id with each event, so that
 * records come twice, as they do.
 */
export class Content {
  readonly subscriptions = new Set<ContentType>();
  /** From this event on, blobs are not listed yet; they appear late once it is null again. */
  heldFrom: number | null = null;
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Available from `start` to before `end`. */
  blobs(contentType: ContentType, start: number, end: number): Blob[] {
    const { timeline } = this.#log;
    const found: Blob[] = [];
    const first = Math.floor(timeline.firstAtOrAfter(start) / perBlob);
    for (let group = first; group * perBlob < timeline.count; group++) {
      const last = Math.min((group + 1) * perBlob, timeline.count) - 1;
      const created = timeline.timeAt(last);
      if (created >= end) break;
      if (created < start || (this.heldFrom !== null && last >= this.heldFrom)) continue;
      if (this.#numbers(group, last, contentType).length > 0)
        found.push({ id: `${contentType}$${group}$${last}`, created });
    }
    return found;
  }

  records(id: string): Record<string, unknown>[] | undefined {
    const [contentType, group, last] = id.split("$");
    if (last === undefined || Number(last) >= this.#log.timeline.count) return undefined;
    const numbers = this.#numbers(Number(group), Number(last), contentType as ContentType);
    return numbers.map((number) => this.#log.unified(number));
  }

  #numbers(group: number, last: number, contentType: ContentType): number[] {
    const numbers = Array.from({ length: last - group * perBlob + 1 }, (_, index) => group * perBlob + index);
    return numbers.filter((number) => this.#log.typeOf(number).unified?.content === contentType);
  }
}
