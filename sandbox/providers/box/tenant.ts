import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { Drive, type Item } from "../../kit/drive.ts";
import { contentOf } from "../../kit/drive-content.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { actorOf, type EventNote, type EventParts, eventId, eventRecord, secondOf, typeAt } from "./events.ts";
import { BoxGroups } from "./groups.ts";
import { type Hook, hooksOf } from "./hooks.ts";
import { findItem, type ItemType, itemId, itemRecord } from "./items.ts";
import { configOf, oauthServer } from "./oauth.ts";
import { BoxPeople } from "./people.ts";
import { defaultSettings } from "./settings.ts";
import { Sharing } from "./sharing.ts";

/** One Box enterprise. */
export class BoxTenant extends KitTenant<EventNote> implements EventParts {
  readonly seed: number;
  readonly people: BoxPeople;
  readonly groups: BoxGroups;
  readonly drive: Drive;
  readonly sharing: Sharing;
  readonly labels = new Map<number, string | null>();
  readonly hooks: Webhooks<Hook>;
  readonly oauth: OAuthServer;
  readonly app: { clientId: string; clientSecret: string; keyId: string; enterpriseId: string };
  readonly keys: { primary: string; secondary: string };
  readonly limiter = new Limiter(60_000);
  readonly settings = defaultSettings();
  readonly allowedDomains = [{ id: "9001", domain: "partner.example", direction: "both" }];
  /** A folder of one person with a sheet that anybody may open. */
  readonly exports: Item;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<BoxTenant>>) {
    super(options, kit, changes);
    const { seed, name, users, createdAt } = this.options;
    this.seed = seed;
    const enterpriseId = String(770_000 + (mix(seed, 1, 351) % 200_000));
    this.app = {
      clientId: secretOf(this.options, "client id", 32),
      clientSecret: secretOf(this.options, "client secret", 32),
      keyId: secretOf(this.options, "key id", 8),
      enterpriseId,
    };
    this.keys = { primary: secretOf(this.options, "primary", 32), secondary: secretOf(this.options, "secondary", 32) };
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    this.people = new BoxPeople(this.options, { id: enterpriseId, name: title });
    this.groups = new BoxGroups(this.options, this.people);
    this.drive = new Drive(this.options, users, "folder");
    this.sharing = new Sharing(this.drive, this.people, seed);
    const owner = Math.min(3, users - 1);
    this.exports = this.drive.create({ name: "Finance exports", parent: 0, isFolder: true }, owner, createdAt);
    const content = contentOf(seed, this.exports.number, 1, "sheet");
    const sheet = { name: "Card payments.xlsx", parent: this.exports.number, content };
    const { number } = this.drive.create(sheet, owner, createdAt);
    // A folder that is to be watched has to be open to the account that watches it.
    this.sharing.add({
      ...{ item: this.exports.number, by: this.people.service, inviteEmail: null, role: "viewer", expiresAt: null },
    });
    this.sharing.setLink(number, { access: "open", unsharedAt: null, canDownload: true, password: false });
    this.oauth = oauthServer(
      { tenant: this, now: () => kit.now(), consenter: () => `user:${this.people.idOf(0)}` },
      this.app,
    );
    this.hooks = hooksOf(this, kit);
  }

  event(number: number): SandboxEvent {
    const note = this.timeline.noteAt(number);
    const type = typeAt(this, number, note);
    const { login, name } = actorOf(this, number, type, note);
    const at = secondOf(this.timeline.timeAt(number));
    return { id: eventId(this, number), type: type.type, at, actor: login || name };
  }

  record(number: number): Record<string, unknown> {
    return eventRecord(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  /** The file or folder that an event is about. */
  itemOf(number: number): number | undefined {
    const source = (this.record(number).source ?? {}) as Record<string, string>;
    for (const type of ["file", "folder"] as const) {
      const id = source.item_type === type ? source.item_id : source[`${type}_id`];
      const item = id && findItem(this, type as ItemType, id);
      if (item) return item.number;
    }
    return undefined;
  }

  recordOfItem(number: number): Record<string, unknown> {
    return itemRecord(this, this.drive.at(number) as Item, this.kit.now());
  }

  userIds(offset: number, limit: number): string[] {
    return [...this.people.ids(0, Number.MAX_SAFE_INTEGER), ...this.people.partnerIds].slice(offset, offset + limit);
  }

  userCount(): number {
    return this.people.present + this.people.partnerIds.length;
  }

  credentials(): Record<string, string> {
    const { clientId, clientSecret, enterpriseId } = this.app;
    return {
      clientId,
      clientSecret,
      enterpriseId,
      config: configOf(this.options, this.app),
      webhookPrimaryKey: this.keys.primary,
      webhookSecondaryKey: this.keys.secondary,
      watchedFolder: itemId(this.exports),
    };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    return {
      ...(type && { type }),
      ...(!type && outcome === "failure" && { type: "FAILED_LOGIN" }),
      ...(actor && { actor }),
      ...(ip && { ip }),
    };
  }
}
