import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { isObject, type Json, needObject, objectOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { byMarker, enterpriseOf, readAll } from "../api.ts";

/**
 * The settings that checks look at, in one page. Box marks each with whether the enterprise uses it; one that is not used is null.
 * Source: https://developer.box.com/reference/v2025.0/get-enterprise-configurations-id/
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let configuration: Promise<Json> | null = null;
  const category = (name: string) => async () => {
    configuration ??= readConfiguration(context);
    return valuesOf((await configuration)[name]);
  };
  let people: Promise<Json[]> | null = null;
  const managed = () => {
    people ??= managedUsers(context);
    return people;
  };
  const items = await readSettings(context, {
    security: category("security"),
    contentAndSharing: category("content_and_sharing"),
    userSettings: category("user_settings"),
    administrators: async () => (await managed()).filter(({ role }) => role === "admin" || role === "coadmin"),
    exemptFromVerification: async () =>
      (await managed()).filter((user) => user.is_exempt_from_login_verification === true),
    allowedDomains: async () =>
      (await readAll(context, "allowed domains", "/2.0/collaboration_whitelist_entries?limit=1000")).map((entry) => {
        const { domain, direction } = objectOf(entry);
        return { domain, direction };
      }),
  });
  yield { items, cursor: null };
};

async function readConfiguration(context: StreamContext): Promise<Json> {
  const url = `/2.0/enterprise_configurations/${encodeURIComponent(await enterpriseOf(context))}`;
  const query = { categories: "security,content_and_sharing,user_settings" };
  const { body } = await context.http.get(url, { query, headers: { "box-version": "2025.0" } });
  return needObject(body, "body");
}

/** `{ "is_used": true, "value": 12 }` → 12. */
function valuesOf(category: unknown): Json {
  return Object.fromEntries(
    Object.entries(objectOf(category)).flatMap(([name, item]) =>
      isObject(item) ? [[name, item.is_used === false ? null : (item.value ?? null)]] : [],
    ),
  );
}

async function managedUsers(context: StreamContext): Promise<Json[]> {
  const found: Json[] = [];
  const fields = "id,login,role,status,is_exempt_from_login_verification";
  const first = `/2.0/users?user_type=managed&fields=${fields}&usemarker=true&limit=1000`;
  for await (const { records, path } of walkPages(context, { name: "managed users", first, page: byMarker }))
    for (const [index, record] of records.entries()) {
      const { id, login, role, status, ...rest } = needObject(record, `${path}[${index}]`);
      if (status === "inactive") continue;
      if (role !== "user" || rest.is_exempt_from_login_verification === true)
        found.push({ id, login, role, is_exempt_from_login_verification: rest.is_exempt_from_login_verification });
    }
  return found;
}
