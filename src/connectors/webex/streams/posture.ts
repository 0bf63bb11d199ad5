import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { idsIn, isTrue, licences, people, readAll, readRoles } from "../api.ts";

/** Each meeting site's security options, and the people whom checks look at: administrators, and those who were invited and never came. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let read: ReturnType<typeof readPeople> | null = null;
  const found = () => {
    read ??= readPeople(context);
    return read;
  };
  const items = await readSettings(context, {
    sites: () => readSites(context),
    administrators: async () => (await found()).administrators,
    invited: async () => (await found()).invited,
  });
  yield { items, cursor: null };
};

/** Licences name the sites. https://developer.webex.com/docs/api/v1/meeting-preferences */
async function readSites(context: StreamContext): Promise<Json[]> {
  const found = await readAll(context, licences.name, licences.first);
  const names = new Set(found.flatMap(({ siteUrl }) => textOf(siteUrl) ?? []));
  const sites: Json[] = [];
  for (const siteUrl of names) {
    const { body } = await context.http.get("/admin/meeting/config/commonSettings", { query: { siteUrl } });
    const { securityOptions } = needObject(body, "body");
    sites.push({ siteUrl, securityOptions: needObject(securityOptions, "securityOptions") });
  }
  return sites;
}

async function readPeople(context: StreamContext): Promise<{ administrators: Json[]; invited: Json[] }> {
  const roles = await readRoles(context);
  const administrators: Json[] = [];
  const invited: Json[] = [];
  for await (const { records } of walkPages(context, people))
    for (const person of records.map(objectOf)) {
      if (person.loginEnabled !== undefined && !isTrue(person.loginEnabled)) continue;
      const email = textOf(listOf(person.emails)[0]);
      if (isTrue(person.invitePending)) invited.push({ email, created: person.created });
      const held = idsIn(person.roles).flatMap((id) => roles.get(id) ?? []);
      if (!held.some(({ isAdmin }) => isAdmin)) continue;
      const names = held.flatMap(({ name, isAdmin }) => (isAdmin ? name : []));
      administrators.push({ email, roles: names, lastActivity: person.lastActivity ?? null });
    }
  // Checks have no clock: ages are measured where they are read.
  const daysSince = (at: unknown) => {
    const then = Date.parse(textOf(at) ?? "");
    return Number.isNaN(then) ? null : Math.floor((context.now().getTime() - then) / 86_400_000);
  };
  return {
    administrators: administrators.map(({ lastActivity, ...rest }) => ({ ...rest, idleDays: daysSince(lastActivity) })),
    invited: invited.map(({ created, ...rest }) => ({ ...rest, waitingDays: daysSince(created) })),
  };
}
