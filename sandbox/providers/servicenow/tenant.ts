import { secretOf } from "../../keys.ts";
import { Drive } from "../../kit/drive.ts";
import { type Ids, uuids } from "../../kit/ids.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Apps } from "./apps.ts";
import { Attachments } from "./attachments.ts";
import { actorAt, type EventNote, type EventParts, type LogTable, tableOf, timeAt, typeAt } from "./events.ts";
import { type App, appOf, oauthServer } from "./oauth.ts";
import { ServicenowGroups, ServicenowPeople } from "./people.ts";
import { properties } from "./properties.ts";

/** One ServiceNow instance. */
export class ServicenowTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly host: string;
  readonly people: ServicenowPeople;
  readonly groups: ServicenowGroups;
  readonly attachments: Attachments;
  readonly drive: Drive;
  readonly apps: Apps;
  readonly oauth: OAuthServer;
  readonly app: App;
  readonly eventIds: Ids;
  readonly roleIds: Ids;
  readonly propertyIds: Ids;
  readonly properties: Map<string, string>;
  /** Grants of roles that were deleted. */
  readonly revokedRoles = new Set<string>();
  #byTable = { count: -1, numbers: new Map<LogTable, number[]>() };

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<ServicenowTenant>>) {
    super(options, kit, changes);
    const { seed, name, users } = this.options;
    const idsOf = (salt: number) => uuids(seed, salt, { dashes: false });
    this.seed = seed;
    this.host = `${name}.service-now.com`;
    this.people = new ServicenowPeople(this.options);
    this.groups = new ServicenowGroups(this.options, this.people);
    this.drive = new Drive(this.options, users);
    this.attachments = new Attachments(seed, this.drive, this.people);
    this.app = appOf(this.options);
    this.apps = new Apps(this.options, this.people, this.app.clientId);
    this.eventIds = idsOf(600);
    this.roleIds = idsOf(508);
    this.propertyIds = idsOf(509);
    this.properties = new Map(Object.entries(properties));
    this.properties.set("instance_id", idsOf(510).idOf(0)).set("instance_name", name);
    this.oauth = oauthServer({ tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) }, this.app);
  }

  get password(): string {
    return secretOf(this.options, "password", 24);
  }

  event(number: number): SandboxEvent {
    const actor = this.people.userName(actorAt(this, number));
    return { id: this.eventIds.idOf(number), type: typeAt(this, number), at: timeAt(this, number), actor };
  }

  /** Numbers of the events of one table; found once until another happens. */
  eventsOf(table: LogTable): number[] {
    const { count } = this.timeline;
    if (this.#byTable.count !== count) {
      const numbers = new Map<LogTable, number[]>();
      for (let number = 0; number < count; number++) {
        const of = tableOf(typeAt(this, number));
        const known = numbers.get(of) ?? [];
        known.push(number);
        numbers.set(of, known);
      }
      this.#byTable = { count, numbers };
    }
    return this.#byTable.numbers.get(table) ?? [];
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    const { clientId, clientSecret } = this.app;
    return { host: this.host, clientId, clientSecret, username: this.people.userName(0), password: this.password };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const person = actor === undefined ? undefined : this.people.find(actor);
    const isSignIn = !type && (outcome ?? actor ?? ip) !== undefined;
    const chosen = type ?? (isSignIn ? "login" : undefined);
    return {
      ...(chosen && { type: outcome === "failure" && chosen === "login" ? "login.failed" : chosen }),
      ...(person !== undefined && { actor: person }),
      ...(ip && { ip }),
    };
  }
}
