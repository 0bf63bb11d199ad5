import { uuidAt } from "../../generator.ts";
import { rsaKeyOf } from "../../keys.ts";
import type { People } from "../../kit/directory.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actorIndex, type EventNote, eventIdOf, eventRecord, typeOf } from "./events.ts";
import { oauthServer, secretKeyOf } from "./oauth.ts";
import { type Account, accountsOf, DocusignGroups, docusignPeople, Memberships, type Status } from "./people.ts";
import { type AccountSettings, defaultSettings } from "./settings.ts";

/** One organization with two accounts, in two regions. */
export class DocusignTenant extends KitTenant<EventNote> {
  readonly seed: number;
  readonly organizationId: string;
  readonly integrationKey: string;
  readonly accounts: Account[];
  readonly people: People<Status>;
  readonly memberships: Memberships;
  readonly groups: DocusignGroups;
  readonly oauth: OAuthServer;
  readonly settings: AccountSettings[];
  readonly limiter = new Limiter(3_600_000);
  /** Monitor is bought separately. */
  hasMonitor = true;
  /** Numbers of events that became visible after others that happened later. */
  readonly #late: number[] = [];

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<DocusignTenant>>) {
    super(options, kit, changes);
    const { seed } = this.options;
    this.seed = seed;
    this.organizationId = uuidAt(seed, 1, 320);
    this.integrationKey = uuidAt(seed, 1, 321);
    this.accounts = accountsOf(this.options);
    this.people = docusignPeople(this.options);
    this.memberships = new Memberships(this.people, this.accounts);
    this.groups = new DocusignGroups(this.options, this.people, this.memberships);
    this.settings = this.accounts.map(defaultSettings);
    this.oauth = oauthServer({ tenant: this, now: () => kit.now() }, this);
    this.onAppend((number) => this.#noted(number));
  }

  /** The user that integrations act as. */
  readonly userId = (): string => this.people.idOf(0);

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const type = typeOf(this, number, note);
    const actor = this.people.idOf(actorIndex(this, number, type, note));
    return { id: eventIdOf(this, number), type, at: this.#at(number), actor };
  }

  record(number: number): Record<string, unknown> {
    return eventRecord(this, number, this.#at(number), this.timeline.noteAt(number));
  }

  /** Events by time, then by number: those at `from` or later, or behind the one of this time and number. */
  after(from: number, behind: number, limit: number): number[] {
    const numbers: number[] = this.#late.filter((number) => this.#isBehind(number, from, behind));
    const late = new Set(this.#late);
    const wanted = limit + numbers.length;
    for (let number = this.timeline.firstAtOrAfter(from); number < this.timeline.count; number++) {
      if (numbers.length >= wanted) break;
      if (!late.has(number) && this.#isBehind(number, from, behind)) numbers.push(number);
    }
    return numbers.sort((a, b) => this.#at(a) - this.#at(b) || a - b).slice(0, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  credentials(): Record<string, string> {
    return {
      integrationKey: this.integrationKey,
      userId: this.userId(),
      privateKey: rsaKeyOf(this.options, "docusign integration").privatePem,
      secretKey: secretKeyOf(this.options),
      organizationId: this.organizationId,
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    return {
      ...(type && { type }),
      ...(actor && { actor }),
      ...(ip && { ip }),
      ...(outcome && { failure: outcome === "failure" }),
    };
  }

  #at(number: number): number {
    return this.timeline.noteAt(number)?.at ?? this.timeline.timeAt(number);
  }

  #isBehind(number: number, from: number, behind: number): boolean {
    const at = this.#at(number);
    return at > from || (at === from && number > behind);
  }

  #noted(number: number): void {
    const note = this.timeline.noteAt(number);
    if (note?.at !== undefined) this.#late.push(number);
    const type = typeOf(this, number, note);
    if (type === "Login.Login" && !note?.failure)
      this.people.signedIn(actorIndex(this, number, type, note), this.#at(number));
  }
}
