import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Entra } from "../_microsoft/entra.ts";
import type { GraphTenant } from "../_microsoft/graph.ts";
import { EntraGroups, EntraPeople } from "../_microsoft/people.ts";
import { resources } from "./permissions.ts";

/** What differs about an event that happens now. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  outcome?: "success" | "failure";
}

/** One Microsoft 365 tenant. */
export class Office365Tenant extends KitTenant<EventNote> implements GraphTenant {
  readonly people: EntraPeople;
  readonly groups: EntraGroups;
  readonly entra: Entra;
  premium = true;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<Office365Tenant>>) {
    super(options, kit, changes);
    this.people = new EntraPeople(this.options);
    this.groups = new EntraGroups(this.options, this.people);
    this.entra = new Entra(this, kit, resources);
  }

  event(number: number): SandboxEvent {
    return { id: String(number), type: "event", at: this.timeline.timeAt(number), actor: "" };
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
}
