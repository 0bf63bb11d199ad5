import { mix } from "../../generator.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { googleOAuth, type ServiceAccount, serviceAccountOf } from "../_google/service-account.ts";
import { Channels } from "./channels.ts";
import { type Placed, WorkspaceDrives } from "./drives.ts";
import { activityRecord, actorAt, alertRecord, type EventNote, type EventParts, idAt, typeAt } from "./events.ts";
import { GoogleGroups } from "./groups.ts";
import { FileLabels } from "./labels.ts";
import { GooglePeople } from "./people.ts";
import { defaultPolicies, type Policy } from "./policies.ts";
import { Roles } from "./roles.ts";
import { granted } from "./scopes.ts";
import { Tokens } from "./tokens.ts";

/** Events of the drive log after which a file is not what it was. */
const editing = new Set(["edit", "create", "upload"]);

/** One customer of Google Workspace. */
export class GoogleWorkspaceTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly customerId: string;
  readonly people: GooglePeople;
  readonly groups: GoogleGroups;
  readonly roles: Roles;
  readonly tokens: Tokens;
  readonly account: ServiceAccount;
  readonly oauth: OAuthServer;
  readonly limiter = new Limiter(60_000);
  readonly drives: WorkspaceDrives;
  readonly labels: FileLabels;
  readonly channels: Channels;
  readonly policies: Policy[] = defaultPolicies();

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<GoogleWorkspaceTenant>>) {
    super(options, kit, changes);
    this.seed = this.options.seed;
    this.customerId = `C0${mix(this.seed, 1, 521).toString(36).padStart(7, "0")}`;
    this.people = new GooglePeople(this.options, this.customerId);
    this.groups = new GoogleGroups(this.options, this.people);
    this.roles = new Roles(this.people, this.groups);
    this.tokens = new Tokens(this.people);
    this.drives = new WorkspaceDrives(this.options, this.people);
    this.labels = new FileLabels(this.seed);
    this.channels = new Channels(this, kit);
    this.onAppend((number) => this.#editFor(number));
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
    this.onAppend((number) => this.#noteSignIn(number));
  }

  /** What happens to files now happens to one of them: the newest of the actor, or the newest of all. */
  #editFor(number: number): void {
    const note = this.timeline.noteAt(number);
    if (!note?.type || !editing.has(note.type)) return;
    const { drive } = this.drives.mine;
    const actor = note.actor === undefined ? undefined : this.people.find(note.actor);
    for (let item = drive.count - 1; item > 0; item--) {
      const found = drive.at(item);
      if (!found || found.isFolder || (actor !== undefined && found.owner !== actor)) continue;
      drive.edit(item, found.owner, this.kit.now());
      this.touched({ shelf: this.drives.mine, item: found });
      return;
    }
  }

  /** A file has changed: channels of the drives that it is in are notified. */
  touched(file: Placed): void {
    const owner = this.drives.ownerOf(file);
    const isThere = file.shelf.drive.at(file.item.number) !== undefined;
    const access = isThere ? this.drives.accessTo(file, this.kit.now()) : [];
    const readers = access.map(({ email }) => this.people.find(email ?? ""));
    this.channels.announce([owner, file.shelf.id ?? undefined, ...readers].filter((feed) => feed !== undefined));
  }

  /** As the Directory API writes an account. */
  userRecord(person: number): Record<string, unknown> {
    return this.people.record(person, this.roles.isDelegated(person));
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const at = this.timeline.timeAt(number);
    const { name } = typeAt(this, number, note);
    return { id: idAt(this, number, at, note), type: name, at, actor: actorAt(this, number, note) };
  }

  /** The event as its log writes it. */
  record(number: number): Record<string, unknown> {
    const note = this.timeline.noteAt(number);
    const write = typeAt(this, number, note).log === "alerts" ? alertRecord : activityRecord;
    return write(this, number, this.timeline.timeAt(number), note);
  }

  /** Events of one log, by number. */
  numbersOf(log: string, first: number, end: number): number[] {
    const numbers: number[] = [];
    for (let number = first; number < end; number++)
      if (typeAt(this, number, this.timeline.noteAt(number)).log === log) numbers.push(number);
    return numbers;
  }

  /** What an admin does to a person by API is in the admin log, too. */
  noteAdmin(by: number, type: string, person: number): void {
    this.append({ type, actor: this.people.emailOf(by), person });
  }

  userIds(offset: number, limit: number): string[] {
    const all = [...this.people.ids(0, Number.MAX_SAFE_INTEGER), ...this.groups.outsiderIds];
    return all.slice(offset, offset + limit);
  }

  userCount(): number {
    return this.people.present + this.groups.outsiderIds.length;
  }

  credentials(): Record<string, string> {
    return { serviceAccountKey: this.account.file, adminEmail: this.people.emailOf(0) };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    return {
      ...(type && { type }),
      ...(!type && outcome === "failure" && { type: "login_failure" }),
      ...(actor && { actor }),
      ...(ip && { ip }),
    };
  }

  #noteSignIn(number: number): void {
    const { type, actor, at } = this.event(number);
    const person = this.people.find(actor);
    if (type === "login_success" && person !== undefined) this.people.signedIn(person, at);
  }
}
