import { mix } from "../../generator.ts";
import { rsaKeyOf } from "../../keys.ts";
import { Drive } from "../../kit/drive.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { AppTokens } from "./apps.ts";
import {
  actorAt,
  type EventNote,
  type EventParts,
  fileRow,
  loginId,
  realTimeId,
  setupId,
  timeAt,
  typeAt,
} from "./events.ts";
import { Files } from "./files.ts";
import { baseline } from "./health.ts";
import { salesforceIds } from "./ids.ts";
import { type App, appOf, oauthServer } from "./oauth.ts";
import { SalesforceGroups, SalesforcePeople } from "./people.ts";
import type { Row } from "./soql.ts";

/** Calls in 24 hours: https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta */
const dailyCalls = 115_000;

/** One Salesforce org. */
export class SalesforceTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly organization: string;
  readonly host: string;
  readonly people: SalesforcePeople;
  readonly groups: SalesforceGroups;
  readonly files: Files;
  readonly tokens: AppTokens;
  readonly oauth: OAuthServer;
  readonly app: App;
  readonly health: Row[] = baseline();
  /** Assignments of permission sets, and sessions, that were deleted. */
  readonly deleted = new Set<string>();
  /** What queries found and was not fetched yet, by locator. */
  readonly locators = new Map<string, Row[]>();
  callsUsed = 0;
  #byLog = { count: -1, logs: new Map<string, number[]>() };

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<SalesforceTenant>>) {
    super(options, kit, changes);
    const { seed, name, users } = this.options;
    this.seed = seed;
    this.host = `${name}.my.salesforce.com`;
    this.organization = salesforceIds("00D", seed).idOf(mix(seed, 1, 431) % 1000);
    this.people = new SalesforcePeople(this.options);
    this.groups = new SalesforceGroups(this.options, this.people);
    this.files = new Files(this.options, new Drive(this.options, users), this.people, this.organization);
    this.tokens = new AppTokens(this.options, this.people);
    this.app = appOf(this.options, this.people.emailOf(0));
    this.oauth = oauthServer({ tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) }, this.app, {
      organization: this.organization,
      host: this.host,
      runAs: () => this.people.idOf(0),
    });
  }

  get callsAllowed(): number {
    return this.options.unlimited ? 1_000_000_000 : dailyCalls;
  }

  event(number: number): SandboxEvent {
    const { log, type } = typeAt(this, number);
    return { id: this.#idOf(log, number), type, at: timeAt(this, number), actor: actorAt(this, number) };
  }

  /** Rows of files have no ids: their columns identify them. */
  #idOf(log: string, number: number): string {
    if (log === "login") return loginId(this.seed, number);
    if (log === "setup") return setupId(this.seed, number);
    return log === "realTime"
      ? realTimeId(this.seed, number)
      : JSON.stringify(fileRow(this, number, this.organization));
  }

  /** Numbers of the events of one log; found once until another happens. */
  eventsOf(wanted: string): number[] {
    const { count } = this.timeline;
    if (this.#byLog.count !== count) {
      const logs = new Map<string, number[]>();
      for (let number = 0; number < count; number++) {
        const { log } = typeAt(this, number);
        const known = logs.get(log) ?? [];
        known.push(number);
        logs.set(log, known);
      }
      this.#byLog = { count, logs };
    }
    return this.#byLog.logs.get(wanted) ?? [];
  }

  userIds(offset: number, limit: number): string[] {
    return [...this.people.ids(0, Number.MAX_SAFE_INTEGER), ...this.people.partnerIds].slice(offset, offset + limit);
  }

  userCount(): number {
    return this.people.present + this.people.partnerIds.length;
  }

  credentials(): Record<string, string> {
    const { clientId, clientSecret, username } = this.app;
    const { privatePem } = rsaKeyOf(this.options, "salesforce app");
    return {
      ...{ domain: this.host, clientId, clientSecret, username, privateKey: privatePem },
      quarantineUser: this.people.emailOf(1),
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const person = actor === undefined ? undefined : this.people.find(actor);
    const isSignIn = type === "LoginHistory" || (!type && (outcome ?? actor ?? ip) !== undefined);
    return {
      ...(type ? { type } : isSignIn ? { type: "LoginHistory" } : {}),
      ...(actor && { actor: this.people.idOf(person ?? 0) }),
      ...(ip && { ip }),
      ...(isSignIn && { failed: outcome === "failure" }),
    };
  }
}
