import { uuidAt } from "../../generator.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { sealToken } from "../../tokens.ts";
import { Limiter } from "../../trouble.ts";
import { actorAt, type EventNote, eventId, eventRecord, typeAt } from "./events.ts";
import { AtlassianGroups, AtlassianPeople } from "./people.ts";

export const tokenPrefix = "ATCTT3xFfGN0";

export interface ApiToken {
  id: string;
  label: string;
  owner: number;
  expiresAt: number | null;
  usedAt: number;
}

/** One organization, with one directory. */
export class AtlassianTenant extends KitTenant<EventNote> {
  readonly people: AtlassianPeople;
  readonly groups: AtlassianGroups;
  readonly limiter = new Limiter(60_000);
  readonly organizationId: string;
  readonly apiKey: string;
  readonly tokens: ApiToken[];

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<AtlassianTenant>>) {
    super(options, kit, changes);
    const { seed, name, createdAt } = this.options;
    this.people = new AtlassianPeople(this.options);
    this.groups = new AtlassianGroups(this.options, this.people);
    this.organizationId = uuidAt(seed, name.length, 999);
    this.apiKey = sealToken(this.options, tokenPrefix, { tenant: name, kind: "key", id: "org", scopes: [] });
    const dayMs = 86_400_000;
    this.tokens = Array.from({ length: 5 }, (_, place) => ({
      ...{ id: `t-${place + 1}`, label: place === 0 ? "ci" : `script ${place}`, owner: place % this.people.count },
      expiresAt: place === 0 ? null : createdAt + 90 * dayMs,
      usedAt: createdAt - (place === 4 ? 200 : 2) * dayMs,
    }));
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    return {
      id: eventId(this.options.seed, number),
      type: typeAt(this, number, note),
      at: note?.happenedAt ?? this.timeline.timeAt(number),
      actor: this.people.emailOf(actorAt(this, number, note)),
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
    return { organizationId: this.organizationId, apiKey: this.apiKey };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const asked = outcome === "failure" ? "user_login_failed" : type;
    return { ...(asked && { type: asked }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}
