import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { ids } from "../../kit/ids.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { failed, seconds } from "./answers.ts";
import { actorAt, type EventNote, type EventParts, eventId, eventRecord, typeAt } from "./events.ts";
import { SlackGroups, SlackPeople } from "./people.ts";

export const tokenPrefix = "xoxp-";
const scopes = [
  ...["auditlogs:read", "admin", "admin.users:read", "admin.users:write", "admin.apps:read", "admin.apps:write"],
  "admin.teams:read",
];

export interface App {
  id: string;
  name: string;
  isListed: boolean;
  isCertified: boolean;
  scopes: { name: string; is_sensitive: boolean; token_type: string }[];
  resolution: "approved" | "restricted";
  isInstalled: boolean;
}

/** One Enterprise organization. */
export class SlackTenant extends KitTenant<EventNote> implements EventParts {
  readonly people: SlackPeople;
  readonly groups: SlackGroups;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  readonly enterpriseId: string;
  readonly workspaces: { id: string; name: string; discoverability: string }[];
  readonly apps: App[];
  readonly app: { clientId: string; clientSecret: string };
  /** Other plans than Enterprise have neither audit logs nor the admin API. */
  isEnterprise = true;
  /** What the person chose in the picker of the consent page. */
  isInstalledInOrganization = true;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<SlackTenant>>) {
    super(options, kit, changes);
    const { seed, name } = this.options;
    this.enterpriseId = ids("E", seed, 11).idOf(0);
    this.people = new SlackPeople(this.options);
    this.groups = new SlackGroups(this.options, this.people);
    const team = ids("T", seed, 11);
    this.workspaces = ["Engineering", "Sales", "Field"].map((title, place) => ({
      ...{ id: team.idOf(place), name: title, discoverability: place === 2 ? "open" : "invite_only" },
    }));
    const app = ids("A", seed, 11);
    this.apps = ["Standup", "Calendar", "Polls", "Mailmerge", "Backup", "Spy"].map((title, place) => ({
      ...{ id: app.idOf(place), name: title, isListed: place % 3 !== 0, isCertified: place === 1, isInstalled: true },
      resolution: place === 5 ? "restricted" : "approved",
      scopes: [
        { name: "chat:write", is_sensitive: false, token_type: "bot" },
        ...(place > 2 ? [{ name: "channels:history", is_sensitive: true, token_type: "user" }] : []),
      ],
    }));
    this.app = {
      clientId: `${1_000_000_000 + (mix(seed, name.length, 957) % 1_000_000_000)}.${2_000_000_000 + (mix(seed, 3, 958) % 1_000_000_000)}`,
      clientSecret: secretOf(this.options, "slack client secret", 32),
    };
    const client = { id: this.app.clientId, name: "Gatehouse", secret: this.app.clientSecret, scopes };
    const host = { tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) };
    this.oauth = new OAuthServer(
      { ...host, client: (asked) => (asked === client.id ? client : undefined) },
      this.#dialect(),
    );
  }

  /** The user's token stands in `authed_user`. https://docs.slack.dev/reference/methods/oauth.v2.access */
  #dialect(): OAuthDialect {
    return {
      grants: [grantTypes.code],
      defaultGrant: grantTypes.code,
      clientProof: "secret",
      pkce: "off",
      refresh: "none",
      lifetimes: { codeSeconds: 600 },
      tokenPrefix,
      scopeParameter: "user_scope",
      scopes: { unknown: "drop", none: "refuse" },
      refuse: (reason) =>
        failed(
          {
            "unknown-client": "invalid_client_id",
            "wrong-secret": "bad_client_secret",
            "redirect-mismatch": "bad_redirect_uri",
          }[reason as string] ?? "invalid_code",
        ),
      answer: ({ accessToken, scopes: granted, subject }) => ({
        ok: true,
        app_id: "A0GATEHOUSE",
        authed_user: { id: subject, scope: granted.join(","), access_token: accessToken, token_type: "user" },
        team: this.isInstalledInOrganization ? null : { id: this.workspaces[0]?.id, name: this.workspaces[0]?.name },
        enterprise: { id: this.enterpriseId, name: this.options.name },
        is_enterprise_install: this.isInstalledInOrganization,
      }),
    };
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    return {
      id: eventId(this.options.seed, number),
      type: typeAt(this, number, note),
      at: seconds(note?.happenedAt ?? this.timeline.timeAt(number)) * 1000,
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
    return { ...this.app };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const failing = outcome === "failure" && (type === undefined || type === "user_login") ? "user_login_failed" : type;
    return { ...(failing && { type: failing }), ...(actor && { actor }), ...(ip && { ip }) };
  }
}
