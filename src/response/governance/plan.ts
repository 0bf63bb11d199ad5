import { inArray } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import {
  type ActionKind,
  isDigest,
  isNotification,
  isProviderAction,
  targetOf,
} from "#src/detection/policies/action-kinds.ts";
import { checkParameters } from "#src/detection/policies/action-parameters.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { needMail } from "#src/platform/mail/send.ts";
import { isMailAddress } from "#src/platform/text.ts";
import { whose } from "./facts.ts";

export interface ActionRequest {
  kind: string;
  instanceId: number;
  userId?: string | null;
  oauthAppId?: string | null;
  fileId?: string | null;
  alertId?: number | null;
  policyId?: number | null;
  parameters?: Record<string, unknown> | null;
  idempotencyKey?: string | null;
  /** The action this one undoes. */
  revertsId?: number | null;
  /** The containment of a person that it is a step of. */
  containmentId?: number | null;
}

/** A request that could be carried out: nothing is stored yet. */
export interface Planned extends ActionRequest {
  kind: ActionKind;
  parameters: Record<string, unknown>;
  /** What an admin must know before: side effects at this provider. */
  note: string | null;
  revertible: boolean;
}

/** What there is of the things requests name. */
export interface Targets {
  instances: ReadonlyMap<number, Instance>;
  /** Address by `instance/account`. */
  users: ReadonlyMap<string, string | null>;
  oauthApps: ReadonlySet<string>;
  /** Addresses of the people of files, by `instance/file`. */
  files: ReadonlyMap<string, { owner: string | null; editor: string | null }>;
  alerts: ReadonlySet<string>;
}

/** Checks requests without storing anything: a dry run. Throws InvalidInputError, ConflictError, NotFoundError for the first that fails. */
export async function planActions(
  core: Pick<Core, "db" | "mail">,
  viewer: Viewer,
  requests: readonly ActionRequest[],
): Promise<Planned[]> {
  requireRole(viewer, "ADMIN");
  if (requests.length === 0 || requests.length > 200)
    throw new InvalidInputError("`inputs` must contain 1 to 200 actions.", ["inputs"]);
  const hidden = requests.find(({ instanceId }) => !maySee(viewer, instanceId));
  if (hidden) throw new NotFoundError("The instance", ["instanceId"]);
  const targets = await loadTargets(core.db, requests);
  return requests.map((request) => planAction(core, targets, request));
}

/** In a few statements, however many requests there are. */
export async function loadTargets(db: Db, requests: readonly ActionRequest[]): Promise<Targets> {
  const sql = rawSql(db);
  const existing = async (table: "users" | "oauth_apps" | "alerts", keys: (readonly [number, string])[]) => {
    if (keys.length === 0) return [];
    const id = table === "alerts" ? sql`id::text` : sql`external_id`;
    return sql<{ instanceId: number; id: string; email: string | null }[]>`
      select instance_id as "instanceId", ${id} as id, ${table === "users" ? sql`email` : sql`null`} as email from ${sql(table)}
      where (instance_id, ${table === "alerts" ? sql`id` : sql`external_id`}) in (
        select instance_id, ${table === "alerts" ? sql`id::bigint` : sql`id`} from unnest(${keys.map(([instanceId]) => instanceId)}::int[], ${keys.map(([, key]) => key)}::text[]) as t(instance_id, id))`;
  };
  const named = (name: "userId" | "oauthAppId" | "alertId") =>
    requests.flatMap((request) =>
      request[name] == null ? [] : [[request.instanceId, String(request[name])] as const],
    );
  const instances = await db
    .select()
    .from(tables.instances)
    .where(inArray(tables.instances.id, [...new Set(requests.map(({ instanceId }) => instanceId))]));
  const [users, oauthApps, alerts] = [
    await existing("users", named("userId")),
    await existing("oauth_apps", named("oauthAppId")),
    await existing("alerts", named("alertId")),
  ];
  const keyOf = ({ instanceId, id }: { instanceId: number; id: string }) => `${instanceId}/${id}`;
  return {
    instances: new Map(instances.map((instance) => [instance.id, instance])),
    users: new Map(users.map((user) => [keyOf(user), user.email])),
    oauthApps: new Set(oauthApps.map(keyOf)),
    files: await loadPeople(db, requests),
    alerts: new Set(alerts.map(keyOf)),
  };
}

/** Only for mails to them. */
async function loadPeople(db: Db, requests: readonly ActionRequest[]): Promise<Targets["files"]> {
  const named = requests.filter(({ kind, fileId }) => isDigest(kind) && fileId != null);
  if (named.length === 0) return new Map();
  const rows = await rawSql(db)<{ instanceId: number; id: string; owner: string | null; editor: string | null }[]>`
    select f.instance_id as "instanceId", f.external_id as id, o.email as owner, e.email as editor from files f
    left join users o on o.instance_id = f.instance_id and o.external_id = f.owner_id
    left join users e on e.instance_id = f.instance_id and e.external_id = f.editor_id
    where (f.instance_id, f.external_id) in (
      select * from unnest(${named.map(({ instanceId }) => instanceId)}::int[], ${named.map(({ fileId }) => fileId as string)}::text[]))`;
  return new Map(rows.map(({ instanceId, id, ...people }) => [`${instanceId}/${id}`, people]));
}

/** Whether the connector, the instance and the target allow it. Throws for the first thing that does not. */
export function planAction(core: Pick<Core, "mail">, targets: Targets, request: ActionRequest): Planned {
  const { kind, instanceId } = request;
  const instance = targets.instances.get(instanceId);
  if (!instance) throw new NotFoundError("The instance", ["instanceId"]);
  if (request.alertId != null && !targets.alerts.has(`${instanceId}/${request.alertId}`))
    throw new NotFoundError("The alert in this instance", ["input", "alertId"]);
  if (isNotification(kind)) {
    needMail(core);
    const parameters = checkParameters(kind, request.parameters);
    if (isDigest(kind)) needPerson(targets, request);
    if (kind === "NOTIFY_USER") {
      needUser(targets, request);
      if (!isMailAddress(targets.users.get(`${instanceId}/${request.userId}`) ?? ""))
        throw new ConflictError("The account has no e-mail address to write to.", { field: ["input", "userId"] });
      // An alert may be about an account that is in no listing; a person who names an account means one that is.
    } else if (request.userId != null && request.alertId == null) needUser(targets, request);
    return { ...request, ...onlyTarget(kind, request), kind, parameters, note: null, revertible: false };
  }
  if (kind === "APPROVE_APP") {
    needApp(targets, request);
    return { ...request, ...onlyTarget(kind, request), kind, parameters: {}, note: null, revertible: false };
  }
  const entry = connectorBySlug(instance.connectorSlug);
  const name = entry?.manifest.name ?? instance.connectorSlug;
  const fact = isProviderAction(kind) ? entry?.manifest.actions?.[kind] : undefined;
  if (!isProviderAction(kind) || !fact) {
    const offered = Object.keys(entry?.manifest.actions ?? {}).join(", ") || "none";
    throw new InvalidInputError(`${name} does not support ${kind}. It supports: ${offered}.`, ["input", "kind"], {
      code: "ACTION_NOT_SUPPORTED",
    });
  }
  if (fact.when && !fact.when(instance.settings, instance.components))
    throw new InvalidInputError(
      `${name} cannot carry out ${kind} with the settings of "${instance.name}".`,
      ["input", "kind"],
      {
        code: "ACTION_NOT_SUPPORTED",
      },
    );
  if (instance.status !== "CONNECTED")
    throw new ConflictError(`Actions need a connected instance; "${instance.name}" is ${instance.status}.`);
  const lacking = fact.scopes.filter((scope) => instance.missingScopes.includes(scope));
  if (lacking.length > 0) {
    throw new ConflictError(
      `${name} did not grant what ${kind} needs: ${lacking.join(", ")}. Grant it and test the connection.`,
      { code: "SCOPE_MISSING", field: ["input", "kind"] },
    );
  }
  const needs = targetOf(kind);
  if (needs === "user" || needs === "userOfApp") needUser(targets, request);
  if (needs === "oauthApp" || needs === "userOfApp") needApp(targets, request);
  // Whether the file is there the connector finds out: it reads before it writes.
  if (needs === "file" && request.fileId == null)
    throw new InvalidInputError(`${kind} requires a file: set fileId.`, ["input", "fileId"]);
  return {
    ...request,
    ...onlyTarget(kind, request),
    kind,
    // What an action that undoes another one needs is ours, and the connector's.
    parameters: request.revertsId == null ? checkParameters(kind, request.parameters) : (request.parameters ?? {}),
    note: fact.note ?? null,
    revertible: fact.undo !== undefined,
  };
}

/** Of what was named, what the action is done to. A mail to addresses is about the account, if there is one. */
export function onlyTarget(
  kind: string,
  { userId = null, oauthAppId = null, fileId = null }: Pick<ActionRequest, "userId" | "oauthAppId" | "fileId">,
): Pick<ActionRequest, "userId" | "oauthAppId" | "fileId"> {
  switch (targetOf(kind as ActionKind)) {
    case "user":
      return { userId, oauthAppId: null, fileId: null };
    case "oauthApp":
      return { userId: null, oauthAppId, fileId: null };
    case "userOfApp":
      return { userId, oauthAppId, fileId: null };
    case "file":
      return { userId: null, oauthAppId: null, fileId };
    case "addresses":
      return {
        userId,
        oauthAppId: userId === null ? oauthAppId : null,
        fileId: userId === null && oauthAppId === null ? fileId : null,
      };
  }
}

function needUser({ users }: Targets, { kind, instanceId, userId }: ActionRequest): void {
  if (userId == null) throw new InvalidInputError(`${kind} requires an account: set userId.`, ["input", "userId"]);
  if (!users.has(`${instanceId}/${userId}`)) throw new NotFoundError("The user in this instance", ["input", "userId"]);
}

function needPerson({ files }: Targets, { kind, instanceId, fileId }: ActionRequest): void {
  if (fileId == null) throw new InvalidInputError(`${kind} requires a file: set fileId.`, ["input", "fileId"]);
  const people = files.get(`${instanceId}/${fileId}`);
  if (!people) throw new NotFoundError("The file in this instance", ["input", "fileId"]);
  if (!isMailAddress((kind === "NOTIFY_FILE_OWNER" ? people.owner : people.editor) ?? ""))
    throw new ConflictError(`${whose(kind)} has no known e-mail address.`, { field: ["input", "fileId"] });
}

function needApp({ oauthApps }: Targets, { kind, instanceId, oauthAppId }: ActionRequest): void {
  if (oauthAppId == null)
    throw new InvalidInputError(`${kind} requires a third-party app: set oauthAppId.`, ["input", "oauthAppId"]);
  if (!oauthApps.has(`${instanceId}/${oauthAppId}`))
    throw new NotFoundError("The app in this instance", ["input", "oauthAppId"]);
}
