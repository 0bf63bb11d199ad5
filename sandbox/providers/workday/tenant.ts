import type { People } from "../../kit/directory.ts";
import type { OAuthClient } from "../../kit/oauth-dialect.ts";
import type { OAuthServer } from "../../kit/oauth-server.ts";
import { type Change, type Emitted, KitTenant } from "../../kit/tenant.ts";
import type { SandboxEvent, SandboxKit, TenantOptions } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { activityAt, signonAt } from "./entries.ts";
import { type LogName, Logs, type Note } from "./log.ts";
import { apiClient, integrationGrant, oauthServer } from "./oauth.ts";
import { type Status, workdayPeople, workerAt } from "./workers.ts";

const apiHost = "wd5-services1.myworkday.com";
const uiHost = "wd5.myworkday.com";
/** The integration system user that the API client acts as. */
const integrationUser = "ISU_Activity_Reader";

/** More than the contract asks for, so that a test can tell the two logs apart. */
export interface WorkdayEvent extends SandboxEvent {
  log: LogName;
  /** When a sign-on row names its sign-off, the instant of that. */
  signoffAt?: number;
}

export class WorkdayTenant extends KitTenant<Note> {
  readonly people: People<Status>;
  readonly logs: Logs;
  readonly client: OAuthClient & { secret: string };
  readonly oauth: OAuthServer;
  /** Workday logs the reading of its log, too; off unless asked for, since each poll adds a row to the next. */
  logsApiCalls = false;

  constructor(options: TenantOptions, kit: SandboxKit, changes: Record<string, Change<WorkdayTenant>>) {
    super(options, kit, changes);
    this.people = workdayPeople(this.options);
    this.logs = new Logs(this.options.seed, this.timeline);
    this.client = apiClient(this.options);
    const onConsent = () => void this.appendTask("Submit OAuth 2.0 Consent (Web Service)");
    const host = { tenant: this, now: () => kit.now(), consenter: () => integrationUser, onConsent };
    this.oauth = oauthServer(host, this.client);
  }

  credentials(): Record<string, string> {
    const { name } = this.options;
    return {
      clientId: this.client.id,
      clientSecret: this.client.secret,
      restEndpoint: `https://${apiHost}/ccx/api/v1/${name}`,
      tokenEndpoint: `https://${apiHost}/ccx/oauth2/${name}/token`,
      authorizationEndpoint: `https://${uiHost}/${name}/authorize`,
      refreshToken: this.oauth.refreshTokenOf(integrationGrant(this.client, integrationUser)),
    };
  }

  /** The first of these functional areas and domains that the API client may not use. */
  lacks(scopes: readonly string[]): string | undefined {
    return scopes.find((scope) => missesScope(this, scope));
  }

  changedShape(stream: "users" | LogName): boolean {
    return this.faults.changedShape === "all" || this.faults.changedShape === stream;
  }

  userCount(): number {
    return this.people.present;
  }

  userIds(offset: number, limit: number): string[] {
    return this.people.ids(offset, limit);
  }

  override append(note?: Note, at = this.kit.now()): WorkdayEvent {
    return this.event(this.logs.append(at, note));
  }

  /** What the integration system user does through the API is logged as any other activity. */
  appendTask(task: string, target?: number, account = integrationUser): WorkdayEvent {
    return this.append({ log: "activities", task, account, ...(target === undefined ? {} : { target }) });
  }

  event(number: number): WorkdayEvent {
    const log = this.logs.logOf(number);
    if (log === "activities") {
      const { requestTime, systemAccount, taskId, activityAction, ...row } = activityAt(this, number);
      const parts = [requestTime, systemAccount, taskId, activityAction, row.sessionId, row.target?.id, row.ipAddress];
      return { id: idOf(parts), type: row.taskDisplayName, at: this.logs.timeAt(number), actor: systemAccount, log };
    }
    const { at, userName, sessionId, ip, successful, passwordChanged, signoffAt } = signonAt(this, number);
    return {
      id: idOf([new Date(at).toISOString(), userName, sessionId, ip, successful ? "1" : "0"]),
      type: passwordChanged ? "Password Changed" : successful ? "Signon" : "Failed Signon",
      at,
      actor: userName,
      log,
      ...(signoffAt ? { signoffAt } : {}),
    };
  }

  /** `Signon`, `Failed Signon`, `Password Changed`, or the name of any task; without a type the generator chooses. */
  protected noteOf({ type, actor, ip, outcome }: Emitted): Note {
    if ((type ?? actor ?? ip ?? outcome) === undefined) return {};
    const isSignon =
      type === undefined ? outcome === "failure" : ["Signon", "Failed Signon", "Password Changed"].includes(type);
    const known = actor === undefined ? undefined : this.people.find(actor);
    const account = known === undefined ? actor : workerAt(this.people, known).userName;
    return {
      ...(isSignon
        ? { log: "signons", successful: type !== "Failed Signon" && outcome !== "failure" }
        : { log: "activities", ...(type && { task: type }) }),
      ...(type === "Password Changed" && { passwordChanged: true }),
      ...(ip && { ip }),
      ...(account && { account }),
    };
  }
}

/** Neither log has ids: what distinguishes rows. */
function idOf(parts: readonly (string | undefined)[]): string {
  return parts.map((part) => part ?? "").join("|");
}
