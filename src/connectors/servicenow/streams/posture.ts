import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { propertyNames } from "../checks/properties.ts";
import { either, is, oneOf, upTo } from "../encoded-query.ts";
import { adminRoles } from "../map-people.ts";
import { readAll, table } from "../tables.ts";
import { instantAt, isTrue } from "../values.ts";

const idleMs = 90 * 86_400_000;

/** Out of the box: the criterion that asks holders of roles for a second factor, and the two script actions that lock accounts out. */
export const records = {
  mfaByRole: "d427668b73003300fdbd04fbc4f6a7b6",
  lockOut: ["5e44f9bf0a0a0a0a019a6440b2137767", "d92636b2975301008e00958e3b297567"],
};

/**
 * What checks look at, in one page.
 * Source: https://www.servicenow.com/docs/r/platform-security/instance-security-hardening-settings/security-hardening-settings.html
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const since = new Date(context.now().getTime() - idleMs);
  const ask = (name: string, fields: readonly string[], where: readonly string[]) =>
    readAll(context, name, table(name, { fields: ["sys_id", ...fields], where }));
  const items = await readSettings(context, {
    properties: async () =>
      Object.fromEntries(
        (await ask("sys_properties", ["name", "value"], [oneOf("name", propertyNames)])).map(({ name, value }) => [
          String(name),
          textOf(value) ?? "",
        ]),
      ),
    mfaByRole: async () =>
      (await ask("multi_factor_criteria", ["active"], [is("sys_id", records.mfaByRole)])).some(({ active }) =>
        isTrue(active),
      ),
    lockOut: async () =>
      (await ask("sysevent_script_action", ["active"], [oneOf("sys_id", records.lockOut)])).some(({ active }) =>
        isTrue(active),
      ),
    admins: async () => await admins(context, since),
    idleUsers: async () =>
      (
        await ask(
          "sys_user",
          ["user_name"],
          [
            ...[is("active", "true"), is("web_service_access_only", "false"), upTo("sys_created_on", since)],
            either(upTo("last_login_time", since), "last_login_timeISEMPTY"),
          ],
        )
      ).map(named("user_name")),
    lockedUsers: async () =>
      (await ask("sys_user", ["user_name"], [is("active", "true"), is("locked_out", "true")])).map(named("user_name")),
    oauthClients: async () =>
      (
        await ask(
          "oauth_entity",
          ["name", "type", "refresh_token_lifespan"],
          [is("active", "true"), is("type", "client")],
        )
      ).map((row) => ({ id: row.sys_id, name: row.name, refreshSeconds: Number(row.refresh_token_lifespan) || 0 })),
  });
  yield { items, cursor: null };
};

const named = (field: string) => (row: Json) => ({ id: row.sys_id, name: row[field] });

/** Active accounts with an administrative role, each once. */
async function admins(context: StreamContext, since: Date): Promise<Json[]> {
  const where = [oneOf("role.name", adminRoles), is("state", "active"), is("user.active", "true")];
  const fields = ["sys_id", "user", "user.user_name", "user.last_login_time", "role.name"];
  const found = new Map<unknown, Json & { roles: unknown[] }>();
  for (const row of await readAll(context, "administrators", table("sys_user_has_role", { fields, where }))) {
    const at = instantAt(row["user.last_login_time"]);
    const known = found.get(row.user) ?? {
      id: row.user,
      name: row["user.user_name"],
      idle: at === null || at < since,
      roles: [],
    };
    if (!known.roles.includes(row["role.name"])) known.roles.push(row["role.name"]);
    found.set(row.user, known);
  }
  return [...found.values()];
}
