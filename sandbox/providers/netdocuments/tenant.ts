import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actorAt, type EventNote, eventRow, keyOf, logOf, typeAt } from "./events.ts";
import { NetDocumentsGroups, NetDocumentsPeople } from "./people.ts";

export const tokenPrefix = "nd.";
/** For client credentials only; the seconds are a text. */
const dialect: OAuthDialect = {
  grants: [grantTypes.clientCredentials],
  clientProof: "secret",
  tokenPrefix,
  lifetimes: { accessSeconds: 3600 },
  scopes: { unknown: "drop", none: "refuse" },
  answer: ({ accessToken }) => ({ access_token: accessToken, token_type: "Bearer", expires_in: "3600" }),
};

/** One repository. */
export class NetDocumentsTenant extends KitTenant<EventNote> {
  readonly people: NetDocumentsPeople;
  readonly groups: NetDocumentsGroups;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  readonly repositoryId: string;
  readonly clientName: string;
  region = "us";

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<NetDocumentsTenant>>) {
    super(options, kit, changes);
    this.people = new NetDocumentsPeople(this.options);
    this.groups = new NetDocumentsGroups(this.options, this.people);
    const { clientId, repositoryId, clientSecret: secret = "" } = this.credentials();
    this.repositoryId = repositoryId ?? "";
    const id = `${clientId}|${repositoryId}`;
    this.clientName = id;
    const client = { id, name: "Gatehouse", secret, scopes: ["read", "admin", "edit", "organize"] };
    const host = { tenant: this, now: () => kit.now(), consenter: () => "" };
    this.oauth = new OAuthServer({ ...host, client: (asked) => (asked === id ? client : undefined) }, dialect);
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const at = note?.happenedAt ?? this.timeline.timeAt(number);
    const second = Math.floor(at / 1000) * 1000;
    return {
      id: keyOf(eventRow(this, number, second, note)),
      type: typeAt(this, number, note),
      at: second,
      actor: this.people.idOf(actorAt(this, number, note)),
    };
  }

  row(number: number): { at: number; log: string; row: Record<string, unknown> } {
    const note = this.timeline.noteAt(number);
    const { at } = this.event(number);
    return { at, log: logOf(this, number, note), row: eventRow(this, number, at, note) };
  }

  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  credentials(): Record<string, string> {
    const id = (purpose: string) => secretOf(this.options, purpose, 8).toUpperCase();
    return {
      region: "us",
      repositoryId: `CA-${id("netdocuments repository")}`,
      clientId: `AP-${id("netdocuments client")}`,
      clientSecret: secretOf(this.options, "netdocuments client secret", 40),
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const asked = outcome === "failure" ? "Failed login" : type;
    return { ...(asked && { type: asked }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}
