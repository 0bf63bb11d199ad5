import { idAt, mix } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import { completeOptions } from "../../options.ts";
import type { Faults, SandboxEvent, SandboxKit, Tenant, TenantOptions } from "../../provider.ts";
import { Timeline } from "../../timeline.ts";
import { Limiter } from "../../trouble.ts";
import { grantableScopes } from "./access.ts";
import { ApiTokens } from "./api-tokens.ts";
import { Apps } from "./apps.ts";
import { change } from "./changes.ts";
import { Consents } from "./consents.ts";
import type { EventNote, EventSource, Target } from "./events.ts";
import { actorIndex, logEvent, typeOf, userTarget, uuidOf } from "./events.ts";
import { Groups } from "./groups.ts";
import { Hooks } from "./hooks.ts";
import { People } from "./people.ts";
import { Roles } from "./roles.ts";
import type { Settings } from "./settings.ts";
import { defaultSettings } from "./settings.ts";

/** One Okta org, as `https://{name}.okta.com`. */
export class OktaTenant implements Tenant, EventSource {
  readonly options: Required<TenantOptions>;
  readonly calls = new Map<string, number>();
  faults: Faults = {};
  readonly kit: SandboxKit;
  readonly seed: number;
  readonly orgId: string;
  readonly people: People;
  readonly groups: Groups;
  readonly roles: Roles;
  readonly apps: Apps;
  readonly consents: Consents;
  readonly apiTokens: ApiTokens;
  readonly hooks: Hooks;
  /** Risk levels set by hand; of all others, NONE. */
  readonly risks = new Map<number, string>();
  readonly settings: Settings;
  readonly timeline: Timeline<EventNote>;
  readonly limiter = new Limiter(60_000);
  readonly clientId: string;
  readonly keyId: string;

  constructor(options: TenantOptions, kit: SandboxKit) {
    this.options = completeOptions(options, kit.now());
    this.kit = kit;
    const { seed } = this.options;
    this.seed = seed;
    this.orgId = idAt("00o", mix(seed, 1, 171), 1, 20);
    this.clientId = idAt("0oa", mix(seed, 1, 172), 99, 20);
    this.keyId = secretOf(this.options, "key id", 24);
    this.people = new People(this.options);
    this.groups = new Groups(this.options, this.people);
    this.roles = new Roles(seed, this.people, this.groups);
    this.apps = new Apps(seed, this.clientId, grantableScopes);
    this.consents = new Consents(seed, this.people, this.apps);
    this.apiTokens = new ApiTokens(this.options, this.people);
    this.hooks = new Hooks(this);
    this.settings = defaultSettings(seed);
    this.timeline = new Timeline(this.options);
  }

  get origin(): string {
    return `https://${this.options.name}.okta.com`;
  }

  eventCount(): number {
    return this.timeline.count;
  }

  events(offset: number, limit: number): SandboxEvent[] {
    const count = Math.max(0, Math.min(this.timeline.count - offset, limit));
    return Array.from({ length: count }, (_, position) => this.event(offset + position));
  }

  event(number: number): SandboxEvent {
    const at = this.timeline.timeAt(number);
    const note = this.timeline.noteAt(number);
    const type = typeOf(this, number, note);
    const actor =
      note?.client && !note.client.tokenId ? note.client.id : this.people.loginOf(actorIndex(this, number, type, note));
    return { id: uuidOf(this, number, at), type: type.type, at: note?.publishedAt ?? at, actor };
  }

  /** The event as the System Log shows it. */
  record(number: number): Record<string, unknown> {
    return logEvent(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  userCount(): number {
    return this.userNumbers(0, Number.POSITIVE_INFINITY).length;
  }

  /** All users there are, the deprovisioned included. */
  userIds(offset: number, limit: number): string[] {
    return this.userNumbers(offset, limit).map((index) => this.people.idOf(index));
  }

  emit(partial: { type?: string; actor?: string; ip?: string; outcome?: "success" | "failure" } = {}): SandboxEvent {
    const note: EventNote = {};
    if (partial.type) note.type = partial.type;
    if (partial.actor) note.actor = partial.actor;
    if (partial.ip) note.ip = partial.ip;
    if (partial.outcome) note.failure = partial.outcome === "failure";
    return this.append(Object.keys(note).length === 0 ? undefined : note);
  }

  append(note: EventNote | undefined): SandboxEvent {
    const now = this.kit.now();
    const number = this.timeline.append(now, note);
    const type = typeOf(this, number, note);
    if (type.type === "user.session.start" && !note?.failure)
      this.people.signedIn(actorIndex(this, number, type, note), now);
    this.hooks.announce(type, number);
    return this.event(number);
  }

  change(what: string, parameters: Record<string, unknown>): unknown {
    return change(this, what, parameters);
  }

  credentials(): Record<string, string> {
    return {
      domain: `${this.options.name}.okta.com`,
      clientId: this.clientId,
      keyId: this.keyId,
      privateKey: rsaKeyOf(this.options, "okta client").privatePem,
      apiToken: this.apiTokens.own.secret,
    };
  }

  userTarget(user: number): Target {
    return userTarget(this.people, user);
  }

  private userNumbers(offset: number, limit: number): number[] {
    const found: number[] = [];
    let skipped = 0;
    for (let index = 0; index < this.people.total && found.length < limit; index++) {
      if (!this.people.exists(index)) continue;
      if (skipped < offset) skipped++;
      else found.push(index);
    }
    return found;
  }
}
