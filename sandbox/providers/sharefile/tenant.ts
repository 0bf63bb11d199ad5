import { uuidAt } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { ShareFileGroups, ShareFilePeople } from "./people.ts";

type Plane = "sharefile.com" | "sharefile.eu";

/** One account. */
export class ShareFileTenant extends KitTenant<Record<string, never>> {
  readonly people: ShareFilePeople;
  readonly groups: ShareFileGroups;
  readonly oauth: OAuthServer;
  readonly accountId: string;
  plane: Plane = "sharefile.com";

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<ShareFileTenant>>) {
    super(options, kit, changes);
    const { seed, name } = this.options;
    this.accountId = `a${uuidAt(seed, name.length, 1035).slice(1)}`;
    this.people = new ShareFilePeople(this.options);
    this.groups = new ShareFileGroups(this.options, this.people);
    const { clientId: id = "", clientSecret: secret = "" } = this.credentials();
    const client = { id, name: "Gatehouse", secret, scopes: [] };
    const host = { tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) };
    this.oauth = new OAuthServer({ ...host, client: (asked) => (asked === id ? client : undefined) }, dialectOf(this));
  }

  /** ShareFile has reports instead of a log; they are not simulated. */
  event(number: number): SandboxEvent {
    return { id: null, type: "none", at: this.timeline.timeAt(number), actor: "" };
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
      clientId: secretOf(this.options, "sharefile client id", 32),
      clientSecret: secretOf(this.options, "sharefile client secret", 48),
    };
  }

  protected noteOf(): Record<string, never> {
    return {};
  }
}

/** The answer names the planes of the account. https://api.sharefile.com/gettingstarted/oauth2 */
function dialectOf(tenant: ShareFileTenant): OAuthDialect {
  return {
    grants: [grantTypes.code, grantTypes.refresh],
    clientProof: "secret",
    refresh: "keep",
    lifetimes: { codeSeconds: 600, accessSeconds: 28_800 },
    scopes: { unknown: "drop", none: "all" },
    answer: ({ accessToken, refreshToken }) => ({
      ...{ access_token: accessToken, refresh_token: refreshToken, token_type: "bearer", expires_in: 28_800 },
      ...{ appcp: tenant.plane, apicp: tenant.plane, subdomain: tenant.options.name },
    }),
  };
}
