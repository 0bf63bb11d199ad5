import { mix, originAt } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import type { People } from "../../kit/directory.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change as ControlChange, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { openToken, sealToken } from "../../tokens.ts";
import { Limiter } from "../../trouble.ts";
import { type App, allGroups, appOf, installer, tokenPrefix } from "./app.ts";
import { anyEvent, type Change, type EventNote, eventNamed, keyOf, type Party } from "./events.ts";
import { WorkplaceGroups } from "./groups.ts";
import { hooksOf, type SecurityHook } from "./hooks.ts";
import { type Member, memberAt, type Status, workplacePeople } from "./people.ts";

/** One community. */
export class WorkplaceTenant extends KitTenant<EventNote> {
  readonly communityId: string;
  readonly people: People<Status>;
  readonly groups: WorkplaceGroups;
  readonly oauth: OAuthServer;
  readonly hooks: Webhooks<SecurityHook>;
  /** Indexes of those who administer the community, unless they were deleted. */
  readonly admins: Set<number>;
  app: App;
  /** "Require App Secret Proof" of the custom integration; apps of third parties need it anyway. */
  requiresProof = false;
  readOnly = false;
  /** Custom integration tokens of an earlier generation were reset. */
  generation = 0;
  /** Of the calls allowed in this hour. */
  usagePercent = 0;
  readonly #usage = new Limiter(3_600_000);
  #thisSecond = { second: 0, keys: new Set<string>() };

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, ControlChange<WorkplaceTenant>>) {
    // There is no way to read the security log of the past, so there is no past.
    super({ ...options, events: 0 }, kit, changes);
    this.communityId = String(1_406_580_000_000_000 + Number.parseInt(secretOf(this.options, "community", 8), 16));
    this.people = workplacePeople(this.options);
    this.groups = new WorkplaceGroups(this.options, this.people);
    this.admins = new Set([0, 1, 2].filter((index) => index < this.options.users));
    this.app = appOf(this.options);
    this.oauth = installer({
      tenant: this,
      now: () => kit.now(),
      app: () => this.app,
      consenter: () => this.people.idOf(0),
      onConsent: () => void this.append({ type: "INTEGRATION_ADDED", target: 0, actor: this.partyAt(0) }),
    });
    this.hooks = hooksOf(this, kit);
  }

  credentials(): Record<string, string> {
    const claims = { tenant: this.options.name, kind: "custom", id: "custom integration", scopes: [] };
    const accessToken = sealToken(this.options, tokenPrefix, { ...claims, generation: this.generation });
    return { accessToken, appId: this.app.id, appSecret: this.app.secret, communityId: this.communityId };
  }

  /** What a token may do: that of the custom integration, or of an app that an administrator installed. */
  granted(token: string): { allGroups: boolean; needsProof: boolean } | "reset" | undefined {
    const claims = openToken(this.options, tokenPrefix, token, 0);
    if (claims?.kind === "custom")
      return claims.generation === this.generation ? { allGroups: true, needsProof: this.requiresProof } : "reset";
    const installed = this.oauth.authenticate(token);
    return installed && { allGroups: installed.scopes.includes(allGroups), needsProof: true };
  }

  /** Counts a call. */
  isOverLimit(now: number): boolean {
    const { users, unlimited } = this.options;
    const { used, limit, exceeded } = this.#usage.take("app", Math.max(10_000, 200 * users), now);
    this.usagePercent = Math.floor((used / limit) * 100);
    return exceeded && !unlimited;
  }

  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  member(index: number): Member {
    return memberAt(this.people, this.options, index);
  }

  administrators(): number[] {
    return [...this.admins].filter((index) => this.people.exists(index)).sort((a, b) => a - b);
  }

  partyAt(index: number): Party {
    const { id, email, name } = this.member(index);
    return email === null ? { id, name } : { id, email };
  }

  event(number: number): SandboxEvent {
    const change = this.changeAt(number);
    const actor = change.actor.email ?? change.actor.id ?? "";
    return { id: keyOf(change), type: change.event, at: change.at * 1000, actor };
  }

  /** Events have no id, and seconds for a time: one that would equal another of its second comes from another address. */
  override append(note?: EventNote): SandboxEvent {
    const at = this.kit.now();
    const second = Math.floor(at / 1000);
    if (this.#thisSecond.second !== second) this.#thisSecond = { second, keys: new Set() };
    const key = (chosen: EventNote | undefined) => keyOf(this.#change(this.timeline.count, at, chosen));
    const { keys } = this.#thisSecond;
    let chosen = note;
    for (let host = 1; host < 255 && note?.ip === undefined && keys.has(key(chosen)); host++)
      chosen = { ...note, ip: `198.51.100.${host}` };
    keys.add(key(chosen));
    return super.append(chosen);
  }

  /** What the integration does through the API is logged under the integration's name. */
  appendByApp(type: string, target: number): void {
    this.append({ type, target, actor: { id: this.app.id, name: "Custom integration" } });
  }

  changeAt(number: number): Change {
    return this.#change(number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  /** `type` is a webhook's name (`LOG_IN`) or the product's (`Logged in`); a failure without a type is a failed log-in. */
  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const name = type ?? { failure: "LOG_IN_FAILED", success: "LOG_IN", none: undefined }[outcome ?? "none"];
    const index = actor === undefined ? undefined : this.people.find(actor);
    return {
      ...(name !== undefined && { type: eventNamed(name).name }),
      ...(actor !== undefined && { actor: index === undefined ? { email: actor } : this.partyAt(index) }),
      ...(index !== undefined && { target: index }),
      ...(ip !== undefined && { ip }),
    };
  }

  #change(number: number, at: number, note: EventNote | undefined): Change {
    const { seed, users } = this.options;
    const event = note?.type === undefined ? anyEvent(mix(seed, number, 481)) : eventNamed(note.type);
    const person = note?.target ?? mix(seed, number, 482) % Math.max(1, users);
    // Without a note an administrator does what administrators do, and people the rest.
    const usual = event.field === "admin_activity" ? number % Math.min(3, users || 1) : person;
    const { ip, agent } = originAt(seed, person, number);
    return {
      field: event.field,
      event: event.name,
      at: Math.floor(at / 1000),
      actor: note?.actor ?? this.partyAt(usual),
      target: this.partyAt(person),
      ip: note?.ip ?? ip,
      userAgent: agent.raw,
    };
  }
}
