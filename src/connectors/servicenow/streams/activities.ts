import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { followTime, type MergedLog, mergeLogs } from "#src/connector-kit/log.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { either, from, is, isNot, oneOf, startsWith, upTo } from "../encoded-query.ts";
import { manifest } from "../manifest.ts";
import {
  auditFields,
  deletionFields,
  grantFields,
  impersonationFields,
  toChange,
  toDeletion,
  toGrant,
  toImpersonation,
} from "../map-changes.ts";
import { eventFields, toEvent } from "../map-events.ts";
import { exportsOnly, toTransaction, transactionFields } from "../map-transactions.ts";
import { byTime, table } from "../tables.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A record carries the time of its insertion and shows when its transaction ends, which is long for imports and jobs of the night. */
const sweeps = [{ everyMs: 6 * hourMs, backMs: dayMs }];

/** Of the thousands of events that fill the queue, those about signing in and about privileges. */
const securityEvents = either(
  oneOf("name", ["login", "logout", "session.established"]),
  ...["login.", "external.authentication.", "SNC.Auth.", "saml2.", "impersonation.", "security."].map((prefix) =>
    startsWith("name", prefix),
  ),
);

interface Log extends Omit<MergedLog, "name" | "read"> {
  table: string;
  fields: readonly string[];
  where?: readonly string[];
  items: (record: unknown, path: string) => ActivityRecord | readonly ActivityRecord[];
}

/**
 * Logs are tables that are asked for spans of time: without a bound a rotated one would be searched through all its shards.
 * Source: https://www.servicenow.com/docs/r/platform-administration/c_TableRotation.html
 */
function log({ table: of, fields, where = [], items, ...rest }: Log): MergedLog {
  return {
    ...{ name: of, ...rest },
    read: (context, cursor) =>
      followTime(context, cursor, {
        ...{ of, name: of, items, page: byTime("sys_created_on") },
        ...{ oldestFirst: true, maxSpanMs: dayMs, overlapMs: 5 * minuteMs, sweeps },
        first: (start, end) =>
          table(of, {
            fields,
            where: [from("sys_created_on", start), ...(end ? [upTo("sys_created_on", ceilSecond(end))] : []), ...where],
          }),
      }),
  };
}

/** Queries know whole seconds. */
function ceilSecond(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / 1000) * 1000);
}

/** A log that an instance may not have. */
function whereInstalled({ read, ...rest }: MergedLog): MergedLog {
  return {
    ...rest,
    required: false,
    async *read(context, cursor) {
      try {
        yield* read(context, cursor);
      } catch (error) {
        if (!(error instanceof ProviderNotFoundError)) throw error;
      }
    },
  };
}

/** Sign-ins, changes of records, deletions, grants of roles, impersonations, exports: six tables as one stream. */
export const activities = naming<"ACTIVITIES">(manifest.streams.ACTIVITIES.scopes, (context, cursor) => {
  const { transactions } = context.settings;
  return mergeLogs(context, cursor, [
    log({ table: "sysevent", fields: eventFields, where: [securityEvents], items: toEvent }),
    log({
      table: "sys_audit",
      fields: auditFields,
      // Deletions and grants are read where all of them are.
      where: [isNot("fieldname", "DELETED"), isNot("tablename", "sys_user_has_role")],
      items: toChange,
    }),
    log({ table: "sys_audit_delete", fields: deletionFields, items: toDeletion }),
    log({
      ...{ table: "sys_user_has_role", fields: grantFields, items: toGrant, required: false },
      where: [is("inherited", "false"), is("state", "active")],
    }),
    whereInstalled(
      log({ table: "sys_user_impersonation_history", fields: impersonationFields, items: toImpersonation }),
    ),
    log({
      ...{ table: "syslog_transaction", fields: transactionFields, items: toTransaction, required: false },
      where: transactions === "all" ? [] : [exportsOnly],
      when: transactions !== "off",
    }),
  ]);
});
