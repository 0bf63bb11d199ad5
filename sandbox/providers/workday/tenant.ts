import { secretOf } from "../../keys.ts";
import { completeOptions } from "../../options.ts";
import type { Faults, SandboxEvent, SandboxKit, Tenant, TenantOptions } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { ApiClient } from "./api-client.ts";
import type { ActivityRow, SignonRow } from "./entries.ts";
import { activityAt, signonAt } from "./entries.ts";
import type { LogName, Note } from "./log.ts";
import { Logs } from "./log.ts";
import { Workers } from "./workers.ts";

const apiHost = "wd5-services1.myworkday.com";
const uiHost = "wd5.myworkday.com";

/** More than the contract asks for, so that a test can tell the two logs apart. */
export interface WorkdayEvent extends SandboxEvent {
  log: LogName;
  /** When a sign-on row names its sign-off, the instant of that. */
  signoffAt?: number;
}

/** Domain security policies and functional areas, as an administrator sees them. */
export type Scope =
  | "System Auditing"
  | "Worker Data: Public Worker Reports"
  | "Workday Accounts"
  | "Staffing"
  | "System";

export class WorkdayTenant implements Tenant {
  readonly options: Required<TenantOptions>;
  readonly calls = new Map<string, number>();
  readonly workers: Workers;
  readonly logs: Logs;
  readonly client: ApiClient;
  /** The integration system user the API client acts as; also usable with WS-Security as `name@tenant`. */
  readonly isu: { name: string; password: string };
  faults: Faults = {};
  /** Workday logs the reading of its log, too; off unless asked for, since each poll adds a row to the next. */
  logsApiCalls = false;
  readonly #now: () => number;

  constructor(options: TenantOptions, kit: SandboxKit) {
    this.#now = () => kit.now();
    this.options = completeOptions(options, kit.now());
    this.workers = new Workers(this.options);
    this.logs = new Logs(this.options);
    this.client = new ApiClient(this.options);
    this.isu = { name: "ISU_Activity_Reader", password: `${secretOf(this.options, "isu password", 16)}-A1` };
  }

  credentials(): Record<string, string> {
    const { name } = this.options;
    return {
      clientId: this.client.id,
      clientSecret: this.client.secret,
      restEndpoint: `https://${apiHost}/ccx/api/v1/${name}`,
      tokenEndpoint: `https://${apiHost}/ccx/oauth2/${name}/token`,
      authorizationEndpoint: `https://${uiHost}/${name}/authorize`,
      refreshToken: this.client.refreshToken,
      isuUserName: `${this.isu.name}@${name}`,
      isuPassword: this.isu.password,
    };
  }

  lacks(...scopes: Scope[]): Scope | undefined {
    return scopes.find((scope) => missesScope(this, scope));
  }

  changedShape(stream: "users" | LogName): boolean {
    return this.faults.changedShape === "all" || this.faults.changedShape === stream;
  }

  activityAt(number: number): ActivityRow {
    return activityAt(this.options.seed, this.options.users, this.logs, this.workers, number);
  }

  signonAt(number: number): SignonRow {
    return signonAt(this.options.seed, this.options.users, this.logs, this.workers, number);
  }

  eventCount(): number {
    return this.logs.count;
  }

  events(offset: number, limit: number): WorkdayEvent[] {
    const end = Math.min(this.logs.count, offset + limit);
    return Array.from({ length: Math.max(0, end - offset) }, (_, position) => this.#eventAt(offset + position));
  }

  userCount(): number {
    return this.workers.current;
  }

  userIds(offset: number, limit: number): string[] {
    return this.workers.list(offset, limit).map((worker) => worker.wid);
  }

  /** `Signon`, `Failed Signon`, `Password Changed`, or the name of any task; without a type the generator chooses. */
  emit(partial: { type?: string; actor?: string; ip?: string; outcome?: "success" | "failure" } = {}): WorkdayEvent {
    const { type, actor, ip, outcome } = partial;
    const signon =
      type === undefined ? outcome === "failure" : ["Signon", "Failed Signon", "Password Changed"].includes(type);
    if (type === undefined && actor === undefined && ip === undefined && outcome === undefined) return this.append();
    const note: Note = { log: signon ? "signons" : "activities" };
    if (signon) note.successful = type !== "Failed Signon" && outcome !== "failure";
    else if (type !== undefined) note.task = type;
    if (type === "Password Changed") note.passwordChanged = true;
    if (ip !== undefined) note.ip = ip;
    if (actor !== undefined) note.account = this.#accountOf(actor);
    return this.append(note);
  }

  append(note?: Note, at = this.#now()): WorkdayEvent {
    return this.#eventAt(this.logs.append(Math.max(at, this.logs.endOfHistory()), note));
  }

  /** What the integration system user does through the API is logged as any other activity. */
  appendTask(task: string, target?: number, account = this.isu.name): WorkdayEvent {
    return this.append({ log: "activities", task, account, ...(target === undefined ? {} : { target }) });
  }

  change(what: string, parameters: Record<string, unknown>): unknown {
    switch (what) {
      case "suspend-user":
        return this.setDisabled(this.#workerIn(parameters), true, this.#administrator());
      case "unsuspend-user":
        return this.setDisabled(this.#workerIn(parameters), false, this.#administrator());
      case "require-new-password":
        return this.requireNewPassword(this.#workerIn(parameters), true, this.#administrator());
      case "delete-user": {
        const index = this.#workerIn(parameters);
        this.workers.terminate(index);
        return this.appendTask("Terminate Employee", index, this.#administrator());
      }
      case "add-user": {
        const worker = this.workers.hire();
        this.appendTask("Hire Employee", worker.index, this.#administrator());
        return { id: worker.wid, userName: worker.userName, email: worker.email };
      }
      case "late-activity":
        return this.append({ log: "activities" }, this.#now() - Number(parameters.secondsAgo ?? 60) * 1000);
      case "log-api-calls":
        this.logsApiCalls = parameters.on !== false;
        return { on: this.logsApiCalls };
      case "expire-access-tokens":
        return this.client.expireAccessTokens();
      case "revoke-refresh-tokens":
        return this.client.revokeRefreshTokens();
      default:
        throw new Error(`Workday knows no change "${what}".`);
    }
  }

  setDisabled(index: number, disabled: boolean, by: string): WorkdayEvent {
    this.workers.setDisabled(index, disabled);
    return this.appendTask("Edit Workday Account", index, by);
  }

  requireNewPassword(index: number, required: boolean, by: string): WorkdayEvent {
    this.workers.setRequireNewPassword(index, required);
    return this.appendTask("Edit Workday Account", index, by);
  }

  #administrator(): string {
    return this.workers.at(0).userName;
  }

  #workerIn(parameters: Record<string, unknown>): number {
    const index = this.workers.find(String(parameters.user));
    if (index === undefined) throw new Error(`No worker "${String(parameters.user)}".`);
    return index;
  }

  #accountOf(actor: string): string {
    const index = this.workers.find(actor);
    return index === undefined ? actor : this.workers.at(index).userName;
  }

  #eventAt(number: number): WorkdayEvent {
    const at = this.logs.timeAt(number);
    if (this.logs.logOf(number) === "signons") {
      const row = this.signonAt(number);
      const type = row.passwordChanged ? "Password Changed" : row.successful ? "Signon" : "Failed Signon";
      const id = [new Date(at).toISOString(), row.userName, row.sessionId, row.ip, row.successful ? "1" : "0"].join(
        "|",
      );
      return {
        id,
        type,
        at,
        actor: row.userName,
        log: "signons",
        ...(row.signoffAt ? { signoffAt: row.signoffAt } : {}),
      };
    }
    const row = this.activityAt(number);
    const id = [
      row.requestTime,
      row.systemAccount,
      row.taskId,
      row.activityAction,
      row.sessionId ?? "",
      row.target?.id ?? "",
      row.ipAddress,
    ].join("|");
    return { id, type: row.taskDisplayName, at, actor: row.systemAccount, log: "activities" };
  }
}
