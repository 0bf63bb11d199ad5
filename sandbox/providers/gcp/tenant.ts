import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { googleOAuth, type ServiceAccount, serviceAccountOf } from "../_google/service-account.ts";
import { actorAt, type EventNote, type EventParts, identityOf, timesOf, typeAt } from "./events.ts";
import { CloudGroups } from "./groups.ts";
import { Hierarchy } from "./hierarchy.ts";
import { AccountKeys } from "./keys.ts";
import { Policies } from "./policies.ts";
import { Principals } from "./principals.ts";
import { defaultConstraints, defaultSinks, findingsOf } from "./settings.ts";

/** One Google Cloud organization. */
export class GcpTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly hierarchy: Hierarchy;
  readonly people: Principals;
  readonly groups: CloudGroups;
  readonly policies: Policies;
  readonly keys: AccountKeys;
  readonly constraints: Record<string, unknown[]>;
  readonly sinks: Record<string, unknown>[] = [...defaultSinks];
  /** Null: Security Command Center is not active. */
  findings: Record<string, unknown>[] | null;
  readonly account: ServiceAccount;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  /** Where an aggregated sink collects the audit logs of all. */
  readonly logView: string;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<GcpTenant>>) {
    super(options, kit, changes);
    this.seed = this.options.seed;
    this.hierarchy = new Hierarchy(this.options);
    this.people = new Principals(this.options, this.hierarchy);
    this.groups = new CloudGroups(this.options, this.people);
    this.policies = new Policies(this.hierarchy, this.people, this.groups);
    this.keys = new AccountKeys(this.people, this.options.createdAt);
    this.constraints = defaultConstraints(this.hierarchy.customerId);
    const { organization, working } = this.hierarchy;
    this.findings = findingsOf(organization.path, working[0]?.path ?? "", this.options.createdAt);
    this.account = serviceAccountOf(this.options);
    this.logView = `projects/${this.account.projectId}/locations/global/buckets/audit/views/_AllLogs`;
    this.oauth = googleOAuth({
      tenant: this,
      now: () => kit.now(),
      account: this.account,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      // Nobody has delegated a person's name to it.
      subjectOf: () => undefined,
    });
  }

  event(number: number): SandboxEvent {
    const at = this.timeline.timeAt(number);
    const note = this.timeline.noteAt(number);
    const { logName, timestamp, insertId } = identityOf(this, number, at, note);
    return {
      id: [logName, timestamp, insertId].join("|"),
      type: typeAt(this, number, note).method,
      at: timesOf(at, note).occurredAt,
      actor: actorAt(this, number, note),
    };
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    return {
      organizationId: this.hierarchy.organization.path.slice("organizations/".length),
      serviceAccountKey: this.account.file,
      logView: this.logView,
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const person = actor === undefined ? undefined : (this.people.find(actor) ?? actor);
    const method = type ?? (outcome === "success" ? "google.login.LoginService.loginSuccess" : undefined);
    return {
      ...(method !== undefined && { type: method }),
      ...(person !== undefined && { actor: person }),
      ...(ip !== undefined && { ip }),
      ...(outcome === "failure" && { failure: true }),
    };
  }
}
