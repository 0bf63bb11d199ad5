import { mix } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actionOf, actorOf, auditEntry, documentIdOf, type EventNote } from "./events.ts";
import { Grants } from "./grants.ts";
import { type Hook, hooksOf } from "./hooks.ts";
import { oauthServer } from "./oauth.ts";
import { payloadOf } from "./payloads.ts";
import { type Account, GithubPeople } from "./people.ts";
import { Repos } from "./repos.ts";
import { orgSettings } from "./settings.ts";
import { Roles, Teams } from "./teams.ts";

/** One organization on GitHub Enterprise Cloud, in an enterprise with managed users. */
export class GithubTenant extends KitTenant<EventNote> {
  readonly seed: number;
  readonly org: { login: string; id: number };
  readonly enterprise: { slug: string; id: number };
  /** Git events lie in the last seven days of history only. */
  readonly gitSince: number;
  readonly people: GithubPeople;
  readonly repos: Repos;
  readonly teams: Teams;
  readonly roles: Roles;
  readonly grants: Grants;
  readonly hooks: Webhooks<Hook>;
  readonly oauth: OAuthServer;
  /** Entries that were written late, by their `@timestamp`. */
  readonly late: { at: number; number: number }[] = [];
  readonly settings: Record<string, unknown>;
  readonly limiter = new Limiter(3_600_000);
  /** Login of the owner whose token or consent is used. */
  readonly owner: string;
  appSuspended = false;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<GithubTenant>>) {
    super(options, kit, changes);
    const { name, seed, users, groups, createdAt } = this.options;
    this.seed = seed;
    this.org = { login: name, id: 9_000_000 + (mix(seed, 1, 131) % 900_000) };
    this.enterprise = { slug: `${name}-ent`, id: 7000 + (mix(seed, 2, 131) % 900) };
    this.gitSince = createdAt - 7 * 86_400_000;
    this.people = new GithubPeople(this.options);
    this.owner = this.people.member(0).login;
    this.repos = new Repos(seed, users);
    this.teams = new Teams(groups, this.people, this.org);
    this.roles = new Roles(this.people);
    this.grants = new Grants(seed, this.people, createdAt);
    this.settings = orgSettings(this.options, this.org);
    const { clientId = "", clientSecret = "" } = this.credentials();
    this.oauth = oauthServer(
      {
        tenant: this,
        now: () => kit.now(),
        onConsent: ({ scopes }) =>
          this.record("oauth_authorization.create", this.owner, { oauth_application_name: "Gatehouse", scopes }),
      },
      { clientId, clientSecret, owner: this.owner },
    );
    this.onAppend((number) => this.#noteLate(number));
    this.hooks = hooksOf(this, kit, (number) => {
      const entry = this.entry(number);
      return { entry, payload: (event) => payloadOf(this, entry, event, kit.now()) };
    });
  }

  event(number: number): SandboxEvent {
    const at = this.timeline.timeAt(number);
    const note = this.timeline.noteAt(number);
    return {
      id: documentIdOf(this, number, at),
      type: actionOf(this, number, at, note),
      at: note?.backdatedTo ?? at,
      // The whole entry is built so that the oracle cannot disagree with the API.
      actor: String(this.entry(number).actor ?? actorOf(this, number, "", note).login),
    };
  }

  entry(number: number): Record<string, unknown> {
    return auditEntry(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  userCount(): number {
    return this.people.members.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.members.ids(offset, limit);
  }

  /** Writes what an API call or a change by hand did. */
  record(action: string, actor: string, fields: Record<string, unknown> = {}): SandboxEvent {
    return this.append({ action, actor, fields });
  }

  /** The same, of something that was done to an account. */
  recordOf(account: Account, action: string, actor: string, fields: Record<string, unknown> = {}): SandboxEvent {
    return this.record(action, actor, { user: account.login, user_id: account.id, ...fields });
  }

  credentials(): Record<string, string> {
    return {
      clientId: `Iv1.${secretOf(this.options, "client id", 16)}`,
      clientSecret: secretOf(this.options, "client secret", 40),
      appId: String(300_000 + (mix(this.seed, 3, 131) % 90_000)),
      installationId: String(50_000_000 + (mix(this.seed, 4, 131) % 900_000)),
      privateKey: rsaKeyOf(this.options, "github app").privatePem,
      personalAccessToken: `ghp_${secretOf(this.options, "personal access token", 36)}`,
      org: this.org.login,
      enterprise: this.enterprise.slug,
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    return {
      ...(type && { action: type }),
      ...(actor && { actor }),
      ...(ip && { ip }),
      ...(outcome === "failure" && { failure: true }),
    };
  }

  #noteLate(number: number): void {
    const at = this.timeline.noteAt(number)?.backdatedTo;
    if (at === undefined) return;
    this.late.push({ at, number });
    this.late.sort((a, b) => a.at - b.at || a.number - b.number);
  }
}
