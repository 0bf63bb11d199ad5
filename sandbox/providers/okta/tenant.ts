import { idAt, mix } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import type { People } from "../../kit/directory.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { OktaTokens } from "./api-tokens.ts";
import { Apps } from "./apps.ts";
import { Consents } from "./consents.ts";
import { actorIndex, logEvent, typeOf, uuidOf } from "./events.ts";
import { OktaGroups } from "./groups.ts";
import { type Hook, hooksOf } from "./hooks.ts";
import { oauthServer } from "./oauth.ts";
import { oktaPeople, type Status } from "./people.ts";
import { Roles } from "./roles.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { EventNote } from "./targets.ts";

/** One Okta org, as `https://{name}.okta.com`. */
export class OktaTenant extends KitTenant<EventNote> {
  readonly seed: number;
  readonly orgId: string;
  readonly clientId: string;
  readonly keyId: string;
  readonly people: People<Status>;
  readonly groups: OktaGroups;
  readonly roles: Roles;
  readonly apps: Apps;
  readonly consents: Consents;
  readonly apiTokens: OktaTokens;
  readonly hooks: Webhooks<Hook>;
  readonly oauth: OAuthServer;
  readonly settings: Settings;
  readonly limiter = new Limiter(60_000);
  /** Risk levels set by hand; everybody else has NONE. */
  readonly risks = new Map<number, string>();

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<OktaTenant>>) {
    super(options, kit, changes);
    const { seed } = this.options;
    this.seed = seed;
    this.orgId = idAt("00o", mix(seed, 1, 171), 1, 20);
    this.clientId = idAt("0oa", mix(seed, 1, 172), 99, 20);
    this.keyId = secretOf(this.options, "key id", 24);
    this.people = oktaPeople(this.options);
    this.groups = new OktaGroups(this.options, this.people);
    this.roles = new Roles(seed, this.people, this.groups);
    this.apps = new Apps(seed, this.clientId);
    this.consents = new Consents(seed, this.apps);
    this.apiTokens = new OktaTokens(this.options, this.people);
    this.oauth = oauthServer({ tenant: this, now: () => kit.now() }, this.apps, this);
    this.settings = defaultSettings(seed);
    this.onAppend((number) => this.#noteSignIn(number));
    this.hooks = hooksOf(this, kit, (number) => ({ type: this.#typeAt(number), record: this.record(number) }));
  }

  event(number: number): SandboxEvent {
    const at = this.timeline.timeAt(number);
    const note = this.timeline.noteAt(number);
    const type = this.#typeAt(number);
    const actor =
      note?.client && !note.client.tokenId ? note.client.id : this.people.emailOf(actorIndex(this, number, type, note));
    return { id: uuidOf(this, number, at), type: type.type, at: note?.publishedAt ?? at, actor };
  }

  /** The event as the System Log shows it. */
  record(number: number): Record<string, unknown> {
    return logEvent(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  /** The deprovisioned included. */
  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  credentials(): Record<string, string> {
    return {
      domain: `${this.options.name}.okta.com`,
      clientId: this.clientId,
      keyId: this.keyId,
      privateKey: rsaKeyOf(this.options, "okta client").privatePem,
      apiToken: this.apiTokens.own.secret,
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

  #typeAt(number: number) {
    return typeOf(this, number, this.timeline.noteAt(number));
  }

  #noteSignIn(number: number): void {
    const note = this.timeline.noteAt(number);
    const type = this.#typeAt(number);
    if (type.type === "user.session.start" && !note?.failure)
      this.people.signedIn(actorIndex(this, number, type, note), this.timeline.timeAt(number));
  }
}
