import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime, type MergedLog, mergeLogs } from "#src/connector-kit/log.ts";
import { byLocator, query } from "../api.ts";
import { followLogFiles } from "../follow-log-files.ts";
import { toSignIn } from "../map.ts";
import { toRealTime } from "../map-real-time.ts";
import { toSetupChange } from "../map-setup.ts";
import { needPermissions } from "../permissions.ts";
import { type Store, stores } from "../real-time.ts";
import { fields, fragment, soql } from "../soql.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Nothing of these logs is known to come late by more than minutes; once in six hours a day is looked through again all the same. */
const sweeps = [{ everyMs: 6 * hourMs, backMs: dayMs }];

const signInFields = fields([
  ...["Id", "UserId", "LoginTime", "LoginType", "LoginSubType", "SourceIp", "LoginUrl", "Status", "Application"],
  ...["Browser", "Platform", "ApiType", "ApiVersion", "ClientVersion", "CountryIso", "TlsProtocol"],
  ...["AuthenticationServiceId", "LoginGeoId"],
]);

const setupFields = fields([
  ...["Id", "Action", "Section", "Display", "CreatedDate", "CreatedById", "CreatedBy.Username", "CreatedBy.Name"],
  ...["CreatedByContext", "DelegateUser", "ResponsibleNamespacePrefix"],
]);

/** A user without Manage Users is shown the own sign-ins only. */
const signIns: MergedLog = {
  name: "sign-ins",
  read: (context, cursor) =>
    checked(context, ["Manage Users"], () =>
      followTime(context, cursor, {
        ...{ of: "LoginHistory", name: "the login history", page: byLocator, items: toSignIn },
        ...{ oldestFirst: true, maxSpanMs: 7 * dayMs, overlapMs: 5 * minuteMs, sweeps },
        first: (from, to) =>
          query(soql`SELECT ${signInFields} FROM LoginHistory
                     WHERE LoginTime >= ${from}${until("LoginTime", to)} ORDER BY LoginTime ASC`),
      }),
    ),
};

const setupChanges: MergedLog = {
  name: "set-up",
  read: (context, cursor) =>
    followTime(context, cursor, {
      ...{ of: "SetupAuditTrail", name: "the Setup Audit Trail", page: byLocator, items: toSetupChange },
      ...{ oldestFirst: true, maxSpanMs: 30 * dayMs, overlapMs: 15 * minuteMs, sweeps },
      first: (from, to) =>
        query(soql`SELECT ${setupFields} FROM SetupAuditTrail
                   WHERE CreatedDate >= ${from}${until("CreatedDate", to)} ORDER BY CreatedDate ASC`),
    }),
};

const logFiles: MergedLog = { name: "event-log-files", required: false, read: followLogFiles };

/** Big objects are filtered by date alone, and come the newest first. */
function realTime({ object, fields: names }: Store, when: boolean): MergedLog {
  return {
    ...{ name: object, required: false, when },
    read: (context, cursor) =>
      followTime(context, cursor, {
        ...{ of: object, name: object, page: byLocator, items: toRealTime },
        ...{ maxSpanMs: dayMs, overlapMs: 10 * minuteMs, sweeps },
        first: (from, to) =>
          query(soql`SELECT ${fields(names)} FROM ${fragment(object)}
                     WHERE EventDate >= ${from}${until("EventDate", to)} ORDER BY EventDate DESC`),
      }),
  };
}

const until = (field: string, to: Date | null) =>
  fragment(to === null ? "" : ` AND ${soql`${fragment(field)} <= ${to}`}`);

async function* checked<T>(
  context: StreamContext,
  permissions: readonly string[],
  read: () => AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  await needPermissions(context, permissions);
  yield* read();
}

/**
 * Sign-ins, set-up changes, event log files and, where they are stored, real-time events: one stream of four kinds of log. What an org has no
 * licence for is left out.
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const isRealTime = context.settings.realTimeEvents === "on";
  yield* mergeLogs(context, cursor, [
    signIns,
    setupChanges,
    logFiles,
    ...stores.map((one) => realTime(one, isRealTime)),
  ]);
};
