import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { sealToken } from "../../tokens.ts";
import { Limiter } from "../../trouble.ts";
import { nameOf } from "./event-types.ts";
import { actorAt, type EventNote, type EventParts, eventId, eventRecord, typeAt } from "./events.ts";
import { SmartsheetGroups } from "./groups.ts";
import { oauthServer, tokenPrefix } from "./oauth.ts";
import { SmartsheetPeople } from "./people.ts";
import type { Region } from "./regions.ts";

/** One plan. */
export class SmartsheetTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly accountId: number;
  readonly people: SmartsheetPeople;
  readonly groups: SmartsheetGroups;
  readonly oauth: OAuthServer;
  readonly app: { clientId: string; clientSecret: string };
  /** The access token of the first System Admin. */
  readonly token: string;
  readonly limiter = new Limiter(60_000);
  region: Region = "us";
  /** Ids of items that are published to anybody. */
  readonly published = new Set<string>();

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<SmartsheetTenant>>) {
    super(options, kit, changes);
    const { seed, name } = this.options;
    this.seed = seed;
    this.accountId = 8_421_507_733_000_000 + (mix(seed, name.length, 921) % 1_000_000);
    this.app = {
      clientId: secretOf(this.options, "client id", 16),
      clientSecret: secretOf(this.options, "client secret", 16),
    };
    this.token = sealToken(this.options, tokenPrefix, { tenant: name, kind: "personal", id: "admin", scopes: [] });
    this.people = new SmartsheetPeople(this.options);
    this.groups = new SmartsheetGroups(this.options, this.people);
    const consenter = () => this.people.idOf(0);
    this.oauth = oauthServer({ tenant: this, now: () => kit.now(), consenter }, this.app);
  }

  get accountName(): string {
    const { name } = this.options;
    return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const actor = actorAt(this, number, note);
    const at = note?.happenedAt ?? this.timeline.timeAt(number);
    return {
      id: eventId(this.seed, number),
      type: nameOf(typeAt(this, number, note)),
      at: Math.floor(at / 1000) * 1000,
      actor: actor === undefined ? "Smartsheet automation" : this.people.emailOf(actor),
    };
  }

  record(number: number): Record<string, unknown> {
    return eventRecord(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  credentials(): Record<string, string> {
    return { ...this.app, token: this.token };
  }

  /** Failed sign-ins are not reported. */
  protected noteOf({ type, actor, ip }: Emitted): EventNote {
    return { ...(type && { type }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}
