import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { Groups, groupName } from "../../kit/directory.ts";
import { numericIds, uuids } from "../../kit/ids.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { refusal } from "./answers.ts";
import { actorAt, type EventNote, eventId, eventRecord, typeAt } from "./events.ts";
import { OneLoginPeople } from "./people.ts";

const pairScopes = ["Read All", "Manage All"];

/** The role that everybody is in beside one of the others. */
const everybody = 0;

/** One OneLogin account. */
export class OneLoginTenant extends KitTenant<EventNote> {
  readonly accountId: number;
  readonly people: OneLoginPeople;
  readonly roles: OneLoginRoles;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(3_600_000);
  readonly pairScopes = pairScopes;
  /** Without the Delegated Administration subscription privileges are refused. */
  hasPrivileges = true;
  /** Of the call that is answered: errors are written in two ways. */
  version: 1 | 2 = 1;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<OneLoginTenant>>) {
    super(options, kit, changes);
    const { seed, name } = this.options;
    this.accountId = 480_000 + (mix(seed, name.length, 931) % 100_000);
    this.people = new OneLoginPeople(this.options);
    this.roles = new OneLoginRoles(this.options, this.people);
    const { clientId: id = "", clientSecret: secret = "" } = this.credentials();
    const client = { id, name: "Gatehouse", secret, scopes: [] };
    this.oauth = new OAuthServer(
      {
        tenant: this,
        now: () => kit.now(),
        consenter: () => "",
        client: (asked) => (asked === id ? client : undefined),
      },
      dialectOf(this.accountId),
    );
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    return {
      id: eventId(number),
      type: String(typeAt(this, number, note)),
      at: note?.happenedAt ?? this.timeline.timeAt(number),
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
      clientId: secretOf(this.options, "onelogin client id", 64),
      clientSecret: secretOf(this.options, "onelogin client secret", 64),
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const failedSignIn = outcome === "failure" ? "6" : undefined;
    const asked = failedSignIn ?? type;
    return { ...(asked && { type: asked }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}

/** Ten hours; the answer names the account. https://developers.onelogin.com/api-docs/2/oauth20-tokens/generate-tokens-2 */
function dialectOf(accountId: number): OAuthDialect {
  return {
    grants: [grantTypes.clientCredentials],
    clientProof: "secret",
    lifetimes: { accessSeconds: 36_000 },
    scopes: { unknown: "drop", none: "all" },
    refuse: (reason) =>
      reason === "unsupported-grant"
        ? refusal(1, 400, "bad request", "grant_type is incorrect/absent")
        : refusal(1, 401, "Unauthorized", "Authentication Failure"),
    answer: ({ accessToken }) => ({
      ...{ access_token: accessToken, created_at: "2026-11-20T08:00:00.000Z", expires_in: 36_000 },
      ...{ refresh_token: "deprecated", token_type: "bearer", account_id: accountId },
    }),
  };
}

export const roleIds = numericIds(501);

/** Everybody is in the first role, and in one other. */
class OneLoginRoles extends Groups {
  constructor({ groups }: Required<TenantOptions>, people: OneLoginPeople) {
    super(people, {
      count: groups,
      isMember: (role, person) => role === everybody || person % Math.max(1, groups) === role,
    });
  }

  find(id: string): number | undefined {
    const role = roleIds.indexOfId(id);
    return role !== undefined && role < this.count ? role : undefined;
  }

  nameOf(role: number): string {
    return role === everybody ? "Default" : groupName(role);
  }
}

/** Privileges by place: who holds them before and after changes. */
export const privileges = [
  { name: "Super user", actions: ["*"], holders: [0, 1, 2] },
  { name: "Manage users", actions: ["Users:List", "Users:Get", "Users:Update"], holders: [3, 4] },
  { name: "Help desk", actions: ["Users:ResetPassword"], holders: [5] },
] as const;
export const privilegeIds = uuids(7, 941);
