import { mix, originAt } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { completeOptions } from "../../options.ts";
import type { Faults, SandboxEvent, SandboxKit, Tenant, TenantOptions } from "../../provider.ts";
import { Timeline } from "../../timeline.ts";
import type { Claims } from "../../tokens.ts";
import { openToken, sealToken } from "../../tokens.ts";
import { Limiter } from "../../trouble.ts";
import { App } from "./app.ts";
import { Deliveries } from "./deliveries.ts";
import type { Change, Party, SecurityField } from "./events.ts";
import { anyEvent, eventNamed } from "./events.ts";
import { Groups } from "./groups.ts";
import { Members } from "./members.ts";

export const tokenPrefix = "DQVJ";

/** What makes an event special that was not left to the generator. */
interface Note {
  name?: string;
  actor?: Party;
  /** Index of the member it was done to. */
  target?: number;
  ip?: string;
}

export interface WorkplaceEvent extends SandboxEvent {
  /** The webhook field it comes with. */
  field: SecurityField;
}

export class WorkplaceTenant implements Tenant {
  readonly options: Required<TenantOptions>;
  readonly calls = new Map<string, number>();
  readonly communityId: string;
  readonly members: Members;
  readonly groups: Groups;
  /** Of the calls allowed in this hour. */
  usagePercent = 0;
  faults: Faults = {};
  app: App;
  /** "Require App Secret Proof" of the custom integration; apps of third parties need it anyway. */
  requiresProof = false;
  readOnly = false;
  readonly #usage = new Limiter(3_600_000);
  readonly #kit: SandboxKit;
  readonly #deliveries: Deliveries;
  readonly #timeline: Timeline<Note>;
  /** Tokens of an earlier generation have been reset. */
  #generation = 0;
  #thisSecond = { second: 0, keys: new Set<string>() };

  constructor(options: TenantOptions, kit: SandboxKit) {
    this.#kit = kit;
    // There is no way to read the security log of the past, so there is no past.
    this.options = completeOptions({ ...options, events: 0 }, kit.now());
    this.communityId = String(1_406_580_000_000_000 + Number.parseInt(secretOf(this.options, "community", 8), 16));
    this.members = new Members(this.options);
    this.groups = new Groups(this.options, this.members);
    this.app = new App(this.options);
    this.#timeline = new Timeline<Note>(this.options);
    this.#deliveries = new Deliveries(this, kit);
  }

  credentials(): Record<string, string> {
    return {
      accessToken: this.newToken("custom", "custom integration"),
      appId: this.app.id,
      appSecret: this.app.secret,
      communityId: this.communityId,
    };
  }

  /** `custom`: of the custom integration. `app`: of a third-party app that an administrator installed. */
  newToken(kind: "custom" | "app", id: string, groups: "all" | "specific" = "all"): string {
    const generation = this.#generation;
    return sealToken(this.options, tokenPrefix, {
      tenant: this.options.name,
      kind,
      id,
      scopes: [],
      groups,
      generation,
    });
  }

  openToken(token: string, now: number): (Claims & { current: boolean }) | undefined {
    const claims = openToken(this.options, tokenPrefix, token, now);
    return claims && { ...claims, current: claims.generation === this.#generation };
  }

  /** Counts a call. */
  isOverLimit(now: number): boolean {
    const { users, unlimited } = this.options;
    const { used, limit, exceeded } = this.#usage.take("app", Math.max(10_000, 200 * users), now);
    this.usagePercent = Math.floor((used / limit) * 100);
    return exceeded && !unlimited;
  }

  eventCount(): number {
    return this.#timeline.count;
  }

  events(offset: number, limit: number): WorkplaceEvent[] {
    const end = Math.min(this.eventCount(), offset + limit);
    return Array.from({ length: Math.max(0, end - offset) }, (_, place) => this.#eventAt(offset + place));
  }

  userCount(): number {
    return this.members.present;
  }

  userIds(offset: number, limit: number): string[] {
    const end = Math.min(this.members.present, offset + limit);
    return Array.from({ length: Math.max(0, end - offset) }, (_, place) =>
      this.members.idOf(this.members.presentAt(offset + place)),
    );
  }

  /** `type` is a webhook's name (`LOG_IN`) or the product's (`Logged in`); a failure without a type is a failed log-in. */
  emit(partial: { type?: string; actor?: string; ip?: string; outcome?: "success" | "failure" } = {}): WorkplaceEvent {
    const { type, actor, ip, outcome } = partial;
    const name = type ?? (outcome === "failure" ? "LOG_IN_FAILED" : outcome === "success" ? "LOG_IN" : undefined);
    const index = actor === undefined ? undefined : this.members.find(actor);
    return this.append({
      ...(name === undefined ? {} : { name: eventNamed(name).name }),
      ...(actor === undefined ? {} : { actor: index === undefined ? { email: actor } : this.partyAt(index) }),
      ...(index === undefined ? {} : { target: index }),
      ...(ip === undefined ? {} : { ip }),
    });
  }

  /** Happens now, and goes out by webhook. */
  append(note?: Note): WorkplaceEvent {
    const at = this.#kit.now();
    const number = this.#timeline.append(at, this.#apart(this.#timeline.count, at, note));
    this.#deliveries.add(this.changeAt(number));
    return this.#eventAt(number);
  }

  /** What the integration does through the API is logged under the integration's name. */
  appendByApp(name: string, target: number): void {
    this.append({ name, target, actor: { id: this.app.id, name: "Custom integration" } });
  }

  change(what: string, parameters: Record<string, unknown>): unknown {
    const actor = this.partyAt(0);
    switch (what) {
      case "suspend-user":
      case "unsuspend-user": {
        const target = this.#memberIn(parameters);
        const active = what === "unsuspend-user";
        this.members.setActive(target, active);
        return this.append({ name: active ? "ACCOUNT_ACTIVATED" : "ACCOUNT_DEACTIVATED", target, actor });
      }
      case "delete-user": {
        const target = this.#memberIn(parameters);
        const event = this.append({ name: "ACCOUNT_DELETED", target, actor });
        this.members.remove(target);
        return event;
      }
      case "add-user": {
        const { index, id, email } = this.members.add();
        this.append({ name: "ACCOUNT_CREATED", target: index, actor });
        return { id, email };
      }
      case "make-admin":
      case "remove-admin": {
        const target = this.#memberIn(parameters);
        const promoted = what === "make-admin";
        this.members.setAdministrator(target, promoted);
        return this.append({ name: promoted ? "ACCOUNT_PROMOTED_TO_ADMIN" : "ADMIN_REMOVED", target, actor });
      }
      case "require-proof":
        this.requiresProof = parameters.on !== false;
        return { on: this.requiresProof };
      case "read-only":
        this.readOnly = parameters.on !== false;
        return { on: this.readOnly };
      case "reset-access-token":
        this.#generation += 1;
        return { accessToken: this.credentials().accessToken };
      case "use-app-of": {
        const other = this.#kit.tenant("workplace", String(parameters.tenant));
        if (!(other instanceof WorkplaceTenant)) throw new Error(`No community "${String(parameters.tenant)}".`);
        this.app = other.app;
        return { appId: this.app.id };
      }
      default:
        throw new Error(`Workplace knows no change "${what}".`);
    }
  }

  changeAt(number: number): Change {
    return this.#changeOf(number, this.#timeline.timeAt(number), this.#timeline.noteAt(number));
  }

  #changeOf(number: number, at: number, note: Note | undefined): Change {
    const { seed, users } = this.options;
    const event = note?.name === undefined ? anyEvent(mix(seed, number, 481)) : eventNamed(note.name);
    const person = note?.target ?? mix(seed, number, 482) % Math.max(1, users);
    // Without a note an administrator does what administrators do, and people the rest.
    const actor =
      note?.actor ?? this.partyAt(event.field === "admin_activity" ? number % Math.min(3, users || 1) : person);
    const origin = originAt(seed, person, number);
    return {
      field: event.field,
      value: {
        event: event.name,
        event_time: Math.floor(at / 1000),
        actor,
        target: this.partyAt(person),
        ip: note?.ip ?? origin.ip,
        user_agent: origin.agent.raw,
      },
    };
  }

  partyAt(index: number): Party {
    const { id, email, name } = this.members.at(index);
    return email === null ? { id, name } : { id, email };
  }

  #eventAt(number: number): WorkplaceEvent {
    const change = this.changeAt(number);
    const { field, value } = change;
    const actor = value.actor.email ?? value.actor.id ?? "";
    return { id: keyOf(change), type: value.event, at: value.event_time * 1000, actor, field };
  }

  /** Events have no id, and seconds for a time: one that would equal another of its second comes from another address. */
  #apart(number: number, at: number, note: Note | undefined): Note | undefined {
    const second = Math.floor(at / 1000);
    if (this.#thisSecond.second !== second) this.#thisSecond = { second, keys: new Set() };
    const { keys } = this.#thisSecond;
    let chosen = note;
    for (let host = 1; host < 255 && keys.has(keyOf(this.#changeOf(number, at, chosen))); host++) {
      if (note?.ip !== undefined) break;
      chosen = { ...note, ip: `198.51.100.${host}` };
    }
    keys.add(keyOf(this.#changeOf(number, at, chosen)));
    return chosen;
  }

  #memberIn(parameters: Record<string, unknown>): number {
    const index = this.members.find(String(parameters.user));
    if (index === undefined) throw new Error(`No member "${String(parameters.user)}".`);
    return index;
  }
}

/** What tells two events of a community apart. */
function keyOf({ field, value }: Change): string {
  const { event, event_time, actor, target, ip } = value;
  return [field, event, event_time, actor.id ?? actor.email, target.id ?? target.email, ip].join("|");
}
