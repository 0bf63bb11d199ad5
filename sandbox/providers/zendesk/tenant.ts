import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { iso } from "./answers.ts";
import { actorAt, type EventNote, eventId, eventRecord, typeAt } from "./events.ts";
import { ZendeskGroups, ZendeskPeople } from "./people.ts";

const scopes = ["read", "write", "users:read", "users:write", "auditlogs:read", "security:read", "impersonate"];

/** A refresh token that works once. https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ */
const dialect: OAuthDialect = {
  grants: [grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  pkce: "optional",
  refresh: "rotate",
  lifetimes: { codeSeconds: 120, accessSeconds: 172_800, refreshSeconds: 7_776_000 },
  scopes: { unknown: "drop", none: "refuse" },
  answer: ({ accessToken, expiresInSeconds, refreshToken, scopes }) => ({
    ...{ access_token: accessToken, refresh_token: refreshToken, token_type: "bearer", scope: scopes.join(" ") },
    ...{ expires_in: expiresInSeconds, refresh_token_expires_in: 7_776_000 },
  }),
};

export interface AccessToken {
  id: number;
  client: number;
  user: number;
  scopes: string[];
  usedAt: number;
}

/** One Zendesk account. */
export class ZendeskTenant extends KitTenant<EventNote> {
  readonly people: ZendeskPeople;
  readonly groups: ZendeskGroups;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  readonly tokens: AccessToken[];
  /** Other plans than Enterprise have no audit log. */
  isEnterprise = true;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<ZendeskTenant>>) {
    super(options, kit, changes);
    this.people = new ZendeskPeople(this.options);
    this.groups = new ZendeskGroups(this.options, this.people);
    const { clientId: id = "", clientSecret: secret = "" } = this.credentials();
    const client = { id, name: "Gatehouse", secret, scopes };
    const host = { tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) };
    this.oauth = new OAuthServer({ ...host, client: (asked) => (asked === id ? client : undefined) }, dialect);
    const dayMs = 86_400_000;
    this.tokens = Array.from({ length: 8 }, (_, place) => ({
      id: 7001 + place,
      client: clients[place % clients.length]?.id ?? 0,
      user: place % Math.max(1, this.people.count),
      scopes: place % 4 === 0 ? ["read", "write"] : ["tickets:read"],
      usedAt: this.options.createdAt - (place % 5 === 4 ? 200 : 3) * dayMs,
    }));
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const at = note?.happenedAt ?? this.timeline.timeAt(number);
    return {
      id: eventId(number),
      type: typeAt(this, number, note),
      at: Date.parse(iso(at)),
      actor: this.people.idOf(actorAt(this, number, note)),
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
    return {
      subdomain: this.options.name,
      clientId: `gatehouse_${this.options.name}`,
      clientSecret: secretOf(this.options, "zendesk client secret", 64),
      email: this.people.emailOf(0),
      token: secretOf(this.options, "zendesk api token", 40),
    };
  }

  /** Failed sign-ins are not logged. */
  protected noteOf({ type, actor, ip }: Emitted): EventNote {
    return { ...(type && { type }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}

/** The first is of the account itself; the others are of companies whose apps people authorised. */
export const clients = [
  { id: 223_443, identifier: "reporting", name: "Reporting", company: "", isGlobal: false },
  { id: 310_001, identifier: "shipmate", name: "Shipmate", company: "Shipmate GmbH", isGlobal: true },
  { id: 310_002, identifier: "survey", name: "Survey", company: "Surveys Ltd", isGlobal: true },
];
