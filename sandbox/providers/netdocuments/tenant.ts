import { secretOf } from "../../keys.ts";
import { credentialOf, formBody } from "../../kit/body.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, SandboxRequest, SandboxResponse, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actorAt, type EventNote, eventRow, keyOf, logOf, typeAt } from "./events.ts";
import { NetDocumentsGroups, NetDocumentsPeople } from "./people.ts";

export const tokenPrefix = "nd.";
/** The seconds are a text. A refresh token stays the same, and holds what has to be encoded in a form. */
const dialect: OAuthDialect = {
  grants: [grantTypes.clientCredentials, grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  refresh: "keep",
  tokenPrefix,
  refreshPrefix: "nd+r/",
  lifetimes: { codeSeconds: 120, accessSeconds: 3600 },
  scopes: { unknown: "drop", none: "refuse" },
  answer: ({ accessToken, refreshToken }) => ({
    ...{ access_token: accessToken, token_type: "Bearer", expires_in: "3600" },
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  }),
};
const scopes = ["read", "admin", "edit", "organize"];

/** One repository. */
export class NetDocumentsTenant extends KitTenant<EventNote> {
  readonly people: NetDocumentsPeople;
  readonly groups: NetDocumentsGroups;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  readonly repositoryId: string;
  /** The names that the app signs in with: for a person who consented, and for itself in this repository. */
  readonly apps: ReadonlySet<string>;
  region = "us";
  /** Logs begin with a byte order mark. */
  marksLogs = false;
  /** Groups are listed by their ids alone, whatever is asked for. */
  listsIds = false;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<NetDocumentsTenant>>) {
    super(options, kit, changes);
    this.people = new NetDocumentsPeople(this.options);
    this.groups = new NetDocumentsGroups(this.options, this.people);
    const { clientId, repositoryId, clientSecret: secret = "" } = this.credentials();
    this.repositoryId = repositoryId ?? "";
    this.apps = new Set([`${clientId}`, `${clientId}|${repositoryId}`]);
    const client = (id: string) => (this.apps.has(id) ? { id, name: "Gatehouse", secret, scopes } : undefined);
    const consenter = () => this.people.idOf(0);
    this.oauth = new OAuthServer({ tenant: this, now: () => kit.now(), consenter, client }, dialect);
  }

  /** The app by itself must name the repository; with a person's consent it must not. */
  token(request: SandboxRequest): SandboxResponse {
    const [name = ""] = Buffer.from(credentialOf(request, "Basic") ?? "", "base64")
      .toString()
      .split(":");
    const isByItself = formBody(request).get("grant_type") === grantTypes.clientCredentials;
    if (isByItself !== name.includes("|"))
      return { status: 400, body: { error: "invalid_client", error_description: "The client is not valid." } };
    return this.oauth.token(request);
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
