import { completeOptions } from "../options.ts";
import type { Faults, SandboxEvent, SandboxKit, Tenant, TenantOptions } from "../provider.ts";
import { Timeline } from "../timeline.ts";

/** What the control API asks of an event; each field is optional. */
export interface Emitted {
  type?: string;
  actor?: string;
  ip?: string;
  outcome?: "success" | "failure";
}

/** The part of a tenant that webhooks need: the number of each new event, as soon as it is stored. */
export interface EventSource {
  onAppend(listener: (number: number) => void): void;
}

/** A change that the control API makes by name; it returns what the caller is answered. */
export type Change<T> = (tenant: T, parameters: Record<string, unknown>) => unknown;

/**
 * The half of a tenant that is the same everywhere: options, calls, faults and the log of events.
 * `Note` is what makes an event that happens now differ from a generated one.
 */
export abstract class KitTenant<Note extends object> implements Tenant, EventSource {
  readonly options: Required<TenantOptions>;
  readonly calls = new Map<string, number>();
  readonly kit: SandboxKit;
  readonly timeline: Timeline<Note>;
  faults: Faults = {};
  readonly #listeners: ((number: number) => void)[] = [];
  readonly #changes: Record<string, Change<this>>;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<never>> = {}) {
    this.kit = kit;
    this.options = completeOptions(options, kit.now());
    this.timeline = new Timeline(this.options);
    this.#changes = changes as Record<string, Change<this>>;
  }

  /** The event as the control API reports it. */
  abstract event(number: number): SandboxEvent;
  abstract userIds(offset: number, limit: number): string[];
  abstract userCount(): number;
  abstract credentials(): Record<string, string>;
  /** What `emit` asks for, in the provider's own terms. */
  protected abstract noteOf(emitted: Emitted): Note;

  eventCount(): number {
    return this.timeline.count;
  }

  events(offset: number, limit: number): SandboxEvent[] {
    const count = Math.max(0, Math.min(this.timeline.count - offset, limit));
    return Array.from({ length: count }, (_, position) => this.event(offset + position));
  }

  emit(emitted: Emitted = {}): SandboxEvent {
    const note = this.noteOf(emitted);
    return this.append(Object.keys(note).length === 0 ? undefined : note);
  }

  /** Stores an event that happens now, and lets the listeners know. Without a note the generator chooses everything. */
  append(note?: Note): SandboxEvent {
    const number = this.timeline.append(this.kit.now(), note);
    for (const listener of this.#listeners) listener(number);
    return this.event(number);
  }

  onAppend(listener: (number: number) => void): void {
    this.#listeners.push(listener);
  }

  change(what: string, parameters: Record<string, unknown>): unknown {
    const run = Object.hasOwn(this.#changes, what) ? this.#changes[what] : undefined;
    if (!run) throw new Error(`${this.options.provider} has no change "${what}"`);
    return run(this, parameters);
  }
}
