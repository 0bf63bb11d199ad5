import { secretOf } from "../../keys.ts";
import { grantTypes, type OAuthDialect } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { type EventNote, type Happened, happenedAt, keyOf } from "./events.ts";
import { type Link, linksOf } from "./folders.ts";
import { EgnyteGroups, EgnytePeople } from "./people.ts";

export const scopes = ["filesystem", "link", "permission", "user", "group", "audit"].map((name) => `Egnyte.${name}`);

/** Tokens of 30 days with a refresh token that works once. https://developers.egnyte.com/docs/read/Public_API_Authentication */
const dialect: OAuthDialect = {
  grants: [grantTypes.code, grantTypes.refresh],
  clientProof: "secret",
  refresh: "rotate",
  lifetimes: { codeSeconds: 600, accessSeconds: 2_592_000 },
  scopes: { unknown: "drop", none: "refuse" },
  answer: ({ accessToken, expiresInSeconds, refreshToken }) => ({
    ...{ access_token: accessToken, token_type: "bearer", expires_in: expiresInSeconds, refresh_token: refreshToken },
  }),
};

/** An audit report that was asked for. */
export interface Report {
  type: string;
  log: string;
  from: number;
  to: number;
  /** How often its state was asked for: the first time it is not ready. */
  looks: number;
}

/** One Egnyte domain. */
export class EgnyteTenant extends KitTenant<EventNote> {
  readonly people: EgnytePeople;
  readonly groups: EgnyteGroups;
  readonly links: Link[];
  readonly reports = new Map<string, Report>();
  readonly oauth: OAuthServer;
  readonly seconds = new Limiter(1000);
  readonly minutes = new Limiter(60_000);
  readonly hours = new Limiter(3_600_000);
  readonly days = new Limiter(86_400_000);

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<EgnyteTenant>>) {
    super(options, kit, changes);
    this.people = new EgnytePeople(this.options);
    this.groups = new EgnyteGroups(this.options, this.people);
    this.links = linksOf(this.people.domain);
    const { clientId: id = "", clientSecret: secret = "" } = this.credentials();
    const client = { id, name: "Gatehouse", secret, scopes };
    const host = { tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) };
    this.oauth = new OAuthServer({ ...host, client: (asked) => (asked === id ? client : undefined) }, dialect);
  }

  happened(number: number): Happened {
    const parts = { seed: this.options.seed, people: this.people, groupCount: this.groups.count };
    return happenedAt(parts, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  event(number: number): SandboxEvent {
    const happened = this.happened(number);
    const { log, action, at, who } = happened;
    return { id: keyOf(happened), type: `${log}.${action}`, at, actor: who };
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    return {
      domain: this.options.name,
      clientId: secretOf(this.options, "egnyte api key", 24),
      clientSecret: secretOf(this.options, "egnyte api secret", 32),
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const name = type ?? (outcome === "failure" ? "LOGIN_AUDIT.Failed Attempt" : undefined);
    const person = actor === undefined ? undefined : (this.people.find(actor) ?? actor);
    return {
      ...(name !== undefined && { type: name }),
      ...(person !== undefined && { actor: person }),
      ...(ip !== undefined && { ip }),
    };
  }
}
