import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actorAt, type EventNote, eventRow, keyOf, logOf, typeAt } from "./events.ts";

export const tokenPrefix = "nd.";
export type Status = "member";
const dayMs = 86_400_000;

/** The first three administer every cabinet; every ninth person is from outside, every seventeenth has never registered. */
export class NetDocumentsPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    super(options, { ...ids("DUCOT-", options.seed, 14), statusOf: () => "member" });
    this.#options = options;
  }

  isExternal(index: number): boolean {
    return index % 9 === 8;
  }

  record(index: number): Record<string, unknown> {
    const { seed, createdAt } = this.#options;
    const isRegistered = index % 17 !== 16;
    const seen = createdAt - (mix(seed, index, 1011) % (140 * dayMs));
    return {
      ...{ id: this.idOf(index), displayName: this.person(index).name, email: this.emailOf(index) },
      external: this.isExternal(index),
      lastLogin: isRegistered ? new Date(seen).toISOString() : "",
      registered: isRegistered ? "2024-03-01T10:00:00Z" : "",
    };
  }
}

/** The first group has the administrators; the last is one of people from outside. */
export class NetDocumentsGroups extends Groups {
  readonly #ids;

  constructor({ seed, groups }: Required<TenantOptions>, people: NetDocumentsPeople) {
    const last = groups - 1;
    super(people, {
      count: groups,
      isMember: (group, person) =>
        group === 0
          ? person < 3
          : group === last
            ? people.isExternal(person)
            : person % (groups - 2 || 1) === group - 1,
    });
    this.#ids = ids("UG-", seed, 11);
  }

  idOf(group: number): string {
    return this.#ids.idOf(group);
  }

  find(id: string): number | undefined {
    const group = this.#ids.indexOfId(id);
    return group !== undefined && group < this.count ? group : undefined;
  }

  record(group: number): Record<string, unknown> {
    const isLast = group === this.count - 1;
    const name = group === 0 ? "Administrators" : isLast ? "Clients" : groupName(group - 1);
    return { id: this.idOf(group), name, external: isLast, hidden: false, hideMembership: isLast };
  }
}

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
