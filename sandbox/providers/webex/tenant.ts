import { mix } from "../../generator.ts";
import { secretOf } from "../../keys.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { Webhooks } from "../../kit/webhooks.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { Limiter } from "../../trouble.ts";
import { Authorizations } from "./authorizations.ts";
import { type EventNote, eventAt, eventRecord, type Log, typeAt } from "./events.ts";
import { type Hook, hooksOf } from "./hooks.ts";
import { dialect, scopes } from "./oauth.ts";
import { WebexGroups, WebexPeople } from "./people.ts";
import { Spaces } from "./spaces.ts";

/** One Webex organization. */
export class WebexTenant extends KitTenant<EventNote> {
  readonly seed: number;
  readonly people: WebexPeople;
  readonly groups: WebexGroups;
  readonly spaces: Spaces;
  readonly authorizations: Authorizations;
  readonly hooks: Webhooks<Hook>;
  readonly oauth: OAuthServer;
  readonly app: { clientId: string; clientSecret: string };
  readonly limiter = new Limiter(60_000);
  /** https://developer.webex.com/docs/api/v1/meeting-preferences: what a site has when it is new. */
  readonly securityOptions: Record<string, unknown> = {
    ...{ joinBeforeHost: true, audioBeforeHost: false, firstAttendeeAsPresenter: false, unlistAllMeetings: true },
    ...{ requireLoginBeforeAccess: false, allowMobileScreenCapture: true, requireStrongPassword: true },
    passwordCriteria: {
      ...{ mixedCase: true, minLength: 8, minNumeric: 1, minAlpha: 4, minSpecial: 0 },
      ...{ disallowDynamicWebText: true, disallowList: false, disallowValues: [] },
    },
  };

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<WebexTenant>>) {
    super(options, kit, changes);
    this.seed = this.options.seed;
    this.app = {
      clientId: `C${secretOf(this.options, "client id", 40)}`,
      clientSecret: secretOf(this.options, "client secret", 64),
    };
    this.people = new WebexPeople(this.options);
    this.groups = new WebexGroups(this.options, this.people);
    this.spaces = new Spaces(this.options, this.people);
    this.authorizations = new Authorizations(this.people);
    const { clientId, clientSecret } = this.app;
    this.oauth = new OAuthServer(
      {
        tenant: this,
        now: () => kit.now(),
        client: (id) => (id === clientId ? { id, name: "Gatehouse", secret: clientSecret, scopes } : undefined),
        consenter: () => this.people.idOf(0),
      },
      dialect,
    );
    this.hooks = hooksOf(this, kit);
  }

  event(number: number): SandboxEvent {
    return eventAt(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  logOf(number: number): Log {
    return typeAt(this, number, this.timeline.noteAt(number)).log;
  }

  record(number: number): Record<string, unknown> {
    return eventRecord(this, number, this.timeline.timeAt(number), this.timeline.noteAt(number));
  }

  bringsFile(number: number): boolean {
    const { type, message } = this.timeline.noteAt(number) ?? {};
    return type === "messages.created" && message !== undefined;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  userCount(): number {
    return this.people.present;
  }

  /** The refresh token is that of a Service App, which an administrator finds in Control Hub. */
  credentials(): Record<string, string> {
    const { clientId, clientSecret } = this.app;
    const subject = this.people.idOf(0);
    const refreshToken = this.oauth.refreshTokenOf({ client: clientId, subject, scopes, grant: "service app" });
    return { clientId, clientSecret, refreshToken };
  }

  /** A message that carries a file, and its event. */
  post(author: number, room = mix(this.seed, this.timeline.count, 941) % Math.max(1, this.spaces.count)): EventNote {
    const message = this.spaces.post(room, author, this.kit.now());
    return { type: "messages.created", actor: this.people.emailOf(author), room, message };
  }

  protected noteOf({ type, actor, ip, outcome }: Emitted): EventNote {
    const author = actor === undefined ? 0 : (this.people.find(actor) ?? 0);
    const failed = outcome === "failure";
    return {
      ...(type === "messages.created" ? this.post(author) : type && { type }),
      ...(!type && failed && { type: "User Login Attempted" }),
      ...(actor && { actor }),
      ...(ip && { ip }),
      ...(failed && { failed }),
    };
  }
}
