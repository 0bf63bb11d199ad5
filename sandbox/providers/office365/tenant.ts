import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Entra } from "../_microsoft/entra.ts";
import { EntraGroups, EntraPeople } from "../_microsoft/people.ts";
import type { SignInKind, SignInTenant } from "../_microsoft/sign-ins.ts";
import { Apps } from "./apps.ts";
import { Content } from "./content.ts";
import type { EventType } from "./event-types.ts";
import { actorOf, auditOf, type EventNote, type Happening, idOf, signInOf, typeOf, unifiedOf } from "./events.ts";
import { resources } from "./permissions.ts";
import { Roles } from "./roles.ts";

/** One Microsoft 365 tenant. */
export class Office365Tenant extends KitTenant<EventNote> implements SignInTenant {
  readonly people: EntraPeople;
  readonly groups: EntraGroups;
  readonly entra: Entra;
  readonly roles: Roles;
  readonly apps: Apps;
  readonly content: Content;
  /** States of risky accounts, by index. */
  readonly risks = new Map<number, string>();
  premium = true;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<Office365Tenant>>) {
    super(options, kit, changes);
    const { seed, users, groups } = this.options;
    this.people = new EntraPeople(this.options);
    this.groups = new EntraGroups(this.options, this.people);
    this.entra = new Entra(this, kit, resources);
    this.roles = new Roles(users, groups);
    this.apps = new Apps(seed, this.entra.tenantId, users);
    this.content = new Content(this);
  }

  /** Logs know whole seconds. */
  event(number: number): SandboxEvent {
    const event = this.#happening(number);
    return { id: idOf(event), type: typeOf(event).type, at: Math.floor(event.at / 1000) * 1000, actor: actorOf(event) };
  }

  typeOf(number: number): EventType {
    return typeOf(this.#happening(number));
  }

  signIn(number: number, kind: SignInKind): Record<string, unknown> | undefined {
    const event = this.#happening(number);
    return typeOf(event).signIn === kind ? signInOf(event) : undefined;
  }

  audit(number: number): Record<string, unknown> | undefined {
    const event = this.#happening(number);
    return typeOf(event).audit ? auditOf(event) : undefined;
  }

  unified(number: number): Record<string, unknown> {
    return unifiedOf(this.#happening(number));
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    return this.entra.credentials();
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    return { ...(type && { type }), ...(actor && { actor }), ...(ip && { ip }), ...(outcome && { outcome }) };
  }

  #happening(number: number): Happening {
    const { people, timeline, entra } = this;
    const note = timeline.noteAt(number) ?? {};
    return { people, seed: people.seed, tenantId: entra.tenantId, number, at: timeline.timeAt(number), note };
  }
}
