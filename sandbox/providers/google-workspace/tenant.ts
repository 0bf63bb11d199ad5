import { mix } from "../../generator.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { googleOAuth, type ServiceAccount, serviceAccountOf } from "../_google/service-account.ts";
import { GooglePeople } from "./people.ts";
import { granted } from "./scopes.ts";

/** One customer of Google Workspace. */
export class GoogleWorkspaceTenant extends KitTenant<Emitted> {
  readonly seed: number;
  readonly customerId: string;
  readonly people: GooglePeople;
  readonly account: ServiceAccount;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<GoogleWorkspaceTenant>>) {
    super(options, kit, changes);
    this.seed = this.options.seed;
    this.customerId = `C0${mix(this.seed, 1, 521).toString(36).padStart(7, "0")}`;
    this.people = new GooglePeople(this.options, this.customerId);
    this.account = serviceAccountOf(this.options);
    this.oauth = googleOAuth({
      tenant: this,
      now: () => kit.now(),
      account: this.account,
      scopes: granted,
      subjectOf: (sub) => {
        const person = this.people.find(sub);
        return person !== undefined && this.people.status(person) === "active" ? this.people.idOf(person) : undefined;
      },
    });
  }

  /** As the Directory API writes an account. */
  userRecord(person: number): Record<string, unknown> {
    return this.people.record(person, false);
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    return { id: String(number), type: note?.type ?? "login_success", at: this.timeline.timeAt(number), actor: "" };
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    return { serviceAccountKey: this.account.file, adminEmail: this.people.emailOf(0) };
  }

  protected noteOf(emitted: Emitted): Emitted {
    return emitted;
  }
}
