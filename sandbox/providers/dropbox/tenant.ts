import { secretOf } from "../../keys.ts";
import { ids } from "../../kit/ids.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Subscription, Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Devices } from "./devices.ts";
import { actorAt, type EventNote, type EventParts, eventRecord, keyOf, typeAt } from "./events.ts";
import { Files } from "./files.ts";
import { type HookedTeam, hooksOf } from "./hooks.ts";
import { oauthServer } from "./oauth.ts";
import { DropboxGroups, DropboxPeople } from "./people.ts";
import { defaultPolicies } from "./settings.ts";
import { Sharing } from "./sharing.ts";

/** One Dropbox team. */
export class DropboxTenant extends KitTenant<EventNote> implements EventParts, HookedTeam {
  readonly seed: number;
  readonly team: { id: string; name: string };
  readonly app: { key: string; secret: string };
  readonly people: DropboxPeople;
  readonly groups: DropboxGroups;
  readonly files: Files;
  readonly sharing: Sharing;
  readonly devices: Devices;
  readonly oauth: OAuthServer;
  readonly hooks: Webhooks<Subscription>;
  readonly policies = defaultPolicies();
  readonly allowlist = { domains: ["partner.example"], emails: ["auditor@outside.example"] };

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<DropboxTenant>>) {
    super(options, kit, changes);
    const { seed, name } = this.options;
    this.seed = seed;
    this.team = { id: ids("dbtid:AA", seed, 41).idOf(0), name: `${name.charAt(0).toUpperCase()}${name.slice(1)}` };
    this.app = { key: secretOf(this.options, "app key", 15), secret: secretOf(this.options, "app secret", 15) };
    this.people = new DropboxPeople(this.options);
    this.groups = new DropboxGroups(this.options, this.people);
    this.files = new Files(this.options, this.people);
    this.sharing = new Sharing({ files: this.files, people: this.people, groups: this.groups, seed }, this.team);
    // A link that nobody remembers.
    const item = this.files.forgotten;
    const madeBy = this.files.drive.at(item)?.owner ?? 0;
    this.sharing.addLink({ item, madeBy, audience: "public", password: false, access: "viewer", expiresAt: null });
    this.devices = new Devices(this.people, this.options);
    const host = { tenant: this, now: () => kit.now(), consenter: () => this.people.idOf(0) };
    this.oauth = oauthServer(host, { ...this.app, teamId: this.team.id });
    this.hooks = hooksOf(this, kit);
  }

  isTeamAdmin(person: number): boolean {
    return this.people.exists(person) && this.people.roleOf(person)?.name === "Team admin";
  }

  record(number: number): Record<string, unknown> {
    return eventRecord(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const who = actorAt(this, number, note);
    return {
      id: keyOf(this.record(number)),
      type: typeAt(this, number, note).type,
      at: Math.floor(this.timeline.timeAt(number) / 1000) * 1000,
      actor: typeof who === "number" ? this.people.emailOf(who) : who,
    };
  }

  changedBy(number: number): string | undefined {
    const note = this.timeline.noteAt(number);
    const { category } = typeAt(this, number, note);
    const who = actorAt(this, number, note);
    const isChange = category === "file_operations" || category === "sharing";
    return isChange && typeof who === "number" ? this.people.idOf(who) : undefined;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  credentials(): Record<string, string> {
    return { clientId: this.app.key, clientSecret: this.app.secret, teamId: this.team.id };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const name = type ?? (outcome === "failure" ? "login_fail" : outcome === "success" ? "login_success" : undefined);
    const person = actor === undefined ? undefined : (this.people.find(actor) ?? actor);
    return {
      ...(name !== undefined && { type: name }),
      ...(person !== undefined && { actor: person }),
      ...(ip !== undefined && { ip }),
    };
  }
}
