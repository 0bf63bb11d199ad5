import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter, missesScope } from "../../trouble.ts";
import { Entra, type Resources } from "../_microsoft/entra.ts";
import { EntraGroups, EntraPeople } from "../_microsoft/people.ts";
import type { SignInKind, SignInTenant } from "../_microsoft/sign-ins.ts";
import {
  type EventNote,
  type Happening,
  happeningAt,
  type LogOwner,
  signInAt,
  signIn as signInType,
} from "./events.ts";
import { type ServicePrincipal, servicePrincipals } from "./identities.ts";
import { defaultSettings, type Settings } from "./resources.ts";
import { type Assignment, firstAssignments } from "./roles.ts";
import { type ManagementGroups, type Subscription, subscriptionsOf } from "./subscriptions.ts";

/** What the application may be granted at Graph. Azure Resource Manager has roles of its own instead, which no token names. */
const resources: Resources = {
  "https://graph.microsoft.com": ["Directory.Read.All", "AuditLog.Read.All", "Policy.Read.All"],
  "https://management.azure.com": ["user_impersonation"],
};

/** One tenant of Microsoft Entra ID with its subscriptions. */
export class AzureTenant extends KitTenant<EventNote> implements SignInTenant, LogOwner {
  readonly people: EntraPeople;
  readonly groups: EntraGroups;
  readonly entra: Entra;
  readonly subscriptions: Subscription[];
  readonly managementGroups: ManagementGroups;
  readonly services: ServicePrincipal[];
  readonly assignments: Map<string, Assignment>;
  readonly settings: Settings;
  readonly deniedSubscriptions = new Set<string>();
  readonly limiter = new Limiter(10_000);
  premium = true;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<AzureTenant>>) {
    super(options, kit, changes);
    const { seed } = this.options;
    this.people = new EntraPeople(this.options);
    this.groups = new EntraGroups(this.options, this.people);
    this.entra = new Entra(this, kit, resources);
    const root = this.entra.tenantId;
    this.subscriptions = subscriptionsOf(this, root);
    this.managementGroups = { [root]: "Tenant Root Group", platform: "Platform" };
    this.services = servicePrincipals(seed, this.entra.credentials().clientId!);
    const directory = { people: this.people, groups: this.groups, services: this.services, root };
    const assignments = firstAssignments(seed, this.subscriptions, directory);
    this.assignments = new Map(assignments.map((one) => [one.name, one]));
    this.settings = defaultSettings(this.subscriptions);
  }

  get seed(): number {
    return this.options.seed;
  }

  get tenantId(): string {
    return this.entra.tenantId;
  }

  happening(number: number): Happening {
    return happeningAt(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  signIn(number: number, kind: SignInKind): Record<string, unknown> | undefined {
    if (kind !== "interactiveUser") return undefined;
    return signInAt(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  event(number: number): SandboxEvent {
    const signIn = this.signIn(number, "interactiveUser");
    if (signIn) {
      const { id, createdDateTime, userPrincipalName } = signIn;
      return {
        id: String(id),
        type: signInType,
        at: Date.parse(String(createdDateTime)),
        actor: String(userPrincipalName),
      };
    }
    const { id, type, at, person, service } = this.happening(number);
    const actor = person === undefined ? (service?.id ?? "Microsoft Defender for Cloud") : this.people.upnOf(person);
    return { id, type, at, actor };
  }

  isInGroup(person: string, group: string): boolean {
    const [index, number] = [this.people.indexOf(person), this.groups.find(group)];
    return index !== undefined && number !== undefined && this.groups.has(number, index);
  }

  /** A role that a fault takes from the application is not among its own. */
  isHidden({ principalId, role }: Assignment): boolean {
    return principalId === this.services[0]!.id && missesScope(this, role);
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
