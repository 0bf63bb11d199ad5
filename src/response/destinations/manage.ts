import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import type { AlertFilter } from "#src/detection/alerts/list.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "#src/errors.ts";
import { audited } from "#src/instances/audited.ts";
import type { ActivityFilter } from "#src/inventory/activities/filter.ts";
import { needMail } from "#src/platform/mail/send.ts";
import { registerConsumer } from "#src/realtime/consumer.ts";
import { loadDestinations } from "./list.ts";
import { consumerOf, type DestinationRow } from "./row.ts";
import { sealTarget, targetOf } from "./sealed-target.ts";
import type { Severity, StoredSelection } from "./selection.ts";
import { secretPlace } from "./send.ts";
import { checkTarget, type DestinationKind } from "./target.ts";

export type Format = DestinationRow["format"];

/** Undefined: as it was, or the default. Null filters take a filter away. */
export interface DestinationInput {
  name?: string | undefined;
  format?: Format | undefined;
  target?: string | undefined;
  enabled?: boolean | undefined;
  alerts?: boolean | undefined;
  activities?: boolean | undefined;
  alertChanges?: boolean | undefined;
  minSeverity?: Severity | null | undefined;
  /** Decoded, and as the client sent it. */
  alertFilter?: { filter: AlertFilter; shown: unknown } | null | undefined;
  activityFilter?: { filter: ActivityFilter; shown: unknown } | null | undefined;
}

export interface Managed {
  destination: DestinationRow;
  /** Of a webhook, when it was just made: shown now and never again. */
  secret: string | null;
}

const maxDestinations = 100;
const formats: Record<DestinationKind, readonly Format[]> = {
  WEBHOOK: ["JSON", "OCSF", "CEF"],
  SYSLOG: ["CEF", "JSON", "OCSF"],
  EMAIL: [],
};

/** Makes a destination that gets what comes from now on, of the instances its maker may see. ADMIN. Throws InvalidInputError, ConflictError. */
export function createDestination(
  core: Core,
  viewer: Viewer,
  kind: DestinationKind,
  input: DestinationInput,
): Promise<Managed> {
  return audited(core, viewer, { action: "destination.create" }, async () => {
    requireRole(viewer, "ADMIN");
    const values = {
      kind,
      name: checkName(input.name ?? ""),
      target: checkedTarget(core, kind, input.target ?? ""),
      format: checkFormat(kind, input.format),
      selection: checkSelection(kind, input, null),
      enabled: input.enabled ?? true,
      instanceIds: viewer.instanceIds === null ? null : [...viewer.instanceIds],
      createdBy: viewer.name,
      createdAt: core.now(),
    };
    if (kind === "EMAIL") needMail(core);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [counted] = await rawSql(tx)<{ count: number }[]>`select count(*)::int as count from destinations`;
      if (counted!.count >= maxDestinations)
        throw new ConflictError(`There are ${maxDestinations} destinations already; delete one first.`);
      const [row] = await tx
        .insert(tables.destinations)
        .values({ ...values, target: kind === "WEBHOOK" ? "" : values.target })
        .returning();
      await registerConsumer(tx, consumerOf(row!.id));
      const made =
        kind === "WEBHOOK"
          ? await giveSecret(core, tx, { ...row!, target: values.target })
          : { destination: row!, secret: null };
      await auditOk(core, tx, viewer, "destination.create", made.destination, null);
      return made;
    });
  });
}

/** Changes what is given. What waits already is sent as it was packed, to the new target. ADMIN. Throws InvalidInputError, NotFoundError. */
export function updateDestination(
  core: Core,
  viewer: Viewer,
  id: number,
  input: DestinationInput & { rotateSecret?: boolean | undefined },
): Promise<Managed> {
  return audited(core, viewer, { action: "destination.update", target: `destination/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const before = await findDestination(tx, viewer, id);
      const { kind } = before;
      const changes = {
        ...(input.name === undefined ? {} : { name: checkName(input.name) }),
        ...(input.target === undefined
          ? {}
          : { target: sealTarget(core.secrets, { id, kind, target: checkedTarget(core, kind, input.target) }) }),
        ...(input.format === undefined ? {} : { format: checkFormat(kind, input.format) }),
        ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
        selection: checkSelection(kind, input, before.selection as StoredSelection),
      };
      if (input.rotateSecret && kind !== "WEBHOOK")
        throw new InvalidInputError("Only webhooks have a secret.", ["input", "rotateSecret"]);
      const [row] = await tx.update(tables.destinations).set(changes).where(eq(tables.destinations.id, id)).returning();
      const changed = input.rotateSecret ? await giveSecret(core, tx, row!) : { destination: row!, secret: null };
      await auditOk(core, tx, viewer, "destination.update", changed.destination, before);
      return changed;
    });
  });
}

/** Deletes it with its delivery log. ADMIN. Throws NotFoundError. */
export function deleteDestination(core: Core, viewer: Viewer, id: number): Promise<DestinationRow> {
  return audited(core, viewer, { action: "destination.delete", target: `destination/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const destination = await findDestination(tx, viewer, id);
      await tx.delete(tables.destinations).where(eq(tables.destinations.id, id));
      await rawSql(tx)`delete from log_consumers where name = ${consumerOf(id)}`;
      await auditOk(core, tx, viewer, "destination.delete", null, destination);
      return destination;
    });
  });
}

/**
 * Queues deliveries again, under their old event ids and before all that waits: those named, or all dead ones. Returns how many. ADMIN.
 * Throws NotFoundError, ConflictError when one of those named was lost before it could be packed.
 */
export function redeliver(
  core: Core,
  viewer: Viewer,
  id: number,
  deliveryIds: readonly number[] | null,
): Promise<{ destination: DestinationRow; count: number }> {
  return audited(core, viewer, { action: "destination.redeliver", target: `destination/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    if (deliveryIds && (deliveryIds.length === 0 || deliveryIds.length > 200))
      throw new InvalidInputError("`deliveryIds` must contain 1 to 200 deliveries. Omit it for all dead ones.", [
        "deliveryIds",
      ]);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const destination = await findDestination(tx, viewer, id);
      const sql = rawSql(tx);
      if (deliveryIds) {
        const found = await sql<{ lost: boolean }[]>`
          select body = '' as lost from deliveries where destination_id = ${id} and id = any(${[...deliveryIds]}::bigint[])`;
        if (found.length < new Set(deliveryIds).size) throw new NotFoundError("A delivery", ["deliveryIds"]);
        if (found.some(({ lost }) => lost))
          throw new ConflictError("These events cannot be sent: the log no longer holds them.", {
            field: ["deliveryIds"],
          });
      }
      const changed = await sql`
        update deliveries set status = 'PENDING', attempts = 0, next_attempt_at = null, last_error = null, delivered_at = null
        where destination_id = ${id} and body <> '' and ${deliveryIds ? sql`id = any(${[...deliveryIds]}::bigint[])` : sql`status = 'DEAD'`} returning 1`;
      await recordAudit(tx, viewer, {
        action: "destination.redeliver",
        target: `destination/${id}`,
        after: { deliveries: deliveryIds ?? "dead", count: changed.length },
        result: "ok",
      });
      return { destination, count: changed.length };
    });
  });
}

/** One the viewer may change. Throws NotFoundError. */
export async function findDestination(db: Db, viewer: Viewer, id: number): Promise<DestinationRow> {
  const [row] = await loadDestinations(db, viewer, [id]);
  if (!row) throw new NotFoundError("The destination", ["id"]);
  return row;
}

function checkedTarget(core: Core, kind: DestinationKind, target: string): string {
  return checkTarget(kind, target, core.outbound.destinations.mayReach);
}

async function giveSecret(core: Core, tx: Db, row: DestinationRow): Promise<Managed> {
  const { id } = row;
  const target = sealTarget(core.secrets, { ...row, target: targetOf(core.secrets, row) });
  const secret = `ghws_${randomBytes(32).toString("base64url")}`;
  const [destination] = await tx
    .update(tables.destinations)
    .set({ target, secret: core.secrets.seal(secret, secretPlace(id)) })
    .where(eq(tables.destinations.id, id))
    .returning();
  return { destination: destination!, secret };
}

function checkName(text: string): string {
  const name = text.trim();
  if (name.length === 0 || name.length > 100)
    throw new InvalidInputError("A name has 1 to 100 characters.", ["input", "name"]);
  return name;
}

/** Mail has no format; its column holds the default. */
function checkFormat(kind: DestinationKind, format: Format | undefined): Format {
  const possible = formats[kind];
  if (format !== undefined && !possible.includes(format))
    throw new InvalidInputError(
      possible.length === 0
        ? "E-mail destinations have no format. Omit `format`."
        : `The format is ${possible.join(", ")}.`,
      ["input", "format"],
    );
  return format ?? possible[0] ?? "JSON";
}

function checkSelection(
  kind: DestinationKind,
  input: DestinationInput,
  before: StoredSelection | null,
): StoredSelection {
  const alerts = input.alerts ?? before?.alerts ?? true;
  const activities = input.activities ?? before?.activities ?? false;
  const alertChanges = input.alertChanges ?? before?.alertChanges ?? false;
  const { alertFilter: ofAlerts, activityFilter: ofActivities } = input;
  const field = (name: string) => ["input", name];
  if (!alerts && !activities)
    throw new InvalidInputError(
      "Choose alerts, activities or both.",
      field(input.alerts === false ? "alerts" : "activities"),
    );
  if (kind === "EMAIL" && activities)
    throw new InvalidInputError(
      "E-mail destinations do not receive activities. Use a webhook or syslog.",
      field("activities"),
    );
  if (kind === "EMAIL" && alertChanges)
    throw new InvalidInputError("E-mail destinations receive new alerts only.", field("alertChanges"));
  if (ofAlerts && !alerts)
    throw new InvalidInputError("This filter has no effect, because alerts are not sent.", field("alertFilter"));
  if (ofActivities && !activities)
    throw new InvalidInputError("This filter has no effect, because activities are not sent.", field("activityFilter"));
  return {
    alerts,
    activities,
    alertChanges,
    minSeverity: input.minSeverity === undefined ? (before?.minSeverity ?? null) : input.minSeverity,
    alertFilter: ofAlerts === undefined ? (before?.alertFilter ?? null) : (ofAlerts?.filter ?? null),
    activityFilter: ofActivities === undefined ? (before?.activityFilter ?? null) : (ofActivities?.filter ?? null),
    shown: {
      alertFilter: ofAlerts === undefined ? (before?.shown.alertFilter ?? null) : (ofAlerts?.shown ?? null),
      activityFilter:
        ofActivities === undefined ? (before?.shown.activityFilter ?? null) : (ofActivities?.shown ?? null),
    },
  };
}

async function auditOk(
  { secrets }: Core,
  tx: Db,
  viewer: Viewer,
  action: string,
  after: DestinationRow | null,
  before: DestinationRow | null,
): Promise<void> {
  const shown = (row: DestinationRow | null) =>
    row && {
      name: row.name,
      kind: row.kind,
      format: row.format,
      // The path of a webhook may be all that protects it.
      target: row.kind === "WEBHOOK" ? new URL(targetOf(secrets, row)).origin : row.target,
      enabled: row.enabled,
      selection: { ...(row.selection as StoredSelection), shown: undefined },
    };
  const id = (after ?? before)!.id;
  await recordAudit(tx, viewer, {
    action,
    target: `destination/${id}`,
    before: shown(before),
    after: shown(after),
    result: "ok",
  });
}
