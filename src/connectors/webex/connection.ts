import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { listOf, needObject, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { orgOf, statedIn } from "./api.ts";
import { auditScope, complianceScope } from "./manifest.ts";

/** Names the organization, and asks for one record of everything we read: Webex does not state the scopes of a token. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http } = context;
  const orgId = orgOf(context);
  const id = needText(needObject((await http.get("/people/me")).body, "body").id, "id");
  const probes = new Probes();
  const people = await probes.read("spark-admin:people_read", () => http.get("/people?max=100"));
  await probes.read("spark-admin:roles_read", () => http.get("/roles"));
  await probes.read("spark-admin:licenses_read", () => http.get("/licenses"));
  await probes.read("identity:groups_read", () => http.get("/groups?count=1"));
  await probes.read("identity:tokens_read", () => http.get("/authorizations", { query: { personId: id } }));
  await probes.read("meeting:admin_config_read", () => http.get("/admin/meeting/config/commonSettings"));
  const audit = await probes.read(auditScope, () => http.get("/adminAudit/eventCategories"));
  const compliance = await probes.read(complianceScope, () => http.get("/events?max=1"));
  await probeSpace(context, probes, id);

  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};
  if (!audit) {
    unavailable.LOG_ON_ACTIVITY = `Needs a Full Administrator and the scope ${auditScope}.`;
    unavailable.ADMIN_ACTIVITY = unavailable.LOG_ON_ACTIVITY;
  }
  if (!compliance) unavailable.USER_ACTIVITY = `Needs a Compliance Officer and the scope ${complianceScope}.`;
  return {
    externalAccountId: orgId,
    accountName: await nameOf(context, orgId),
    missingScopes: probes.missing,
    domains: commonDomains(
      listOf(valueAt(people?.body, "items")).map((person) => ({ email: textOf(listOf(objectOf(person).emails)[0]) })),
    ),
    unavailable,
  };
}

/** Spaces are read by id, so that one of the account's own is taken; without one nothing is proved. */
async function probeSpace({ http }: Context, probes: Probes, personId: string): Promise<void> {
  const own = await probes.read("spark-compliance:memberships_read", () =>
    http.get("/memberships", { query: { personId, max: 1 } }),
  );
  const roomId = textOf(objectOf(listOf(valueAt(own?.body, "items"))[0]).roomId);
  if (roomId === null) return;
  await probes.read("spark-compliance:rooms_read", () => http.get(`/rooms/${encodeURIComponent(roomId)}`));
  await probes.read("spark-compliance:messages_read", () => http.get("/messages", { query: { roomId, max: 1 } }));
}

/** A Compliance Officer may not be shown the name: the id does then. */
async function nameOf({ http }: Context, orgId: string): Promise<string> {
  const { status, body } = await http.request({
    url: `/organizations/${encodeURIComponent(orgId)}`,
    allow: [403, 404],
  });
  return (status === 200 ? textOf(objectOf(body).displayName) : null) ?? orgId;
}

/** Throws InvalidInputError. */
export function normaliseSettings(settings: Settings): Settings {
  const problems = new SettingProblems();
  if (settings.mode === "serviceApp" && !settings.refreshToken)
    problems.add("refreshToken", "Paste the refresh token that Control Hub shows for the Service App.");
  problems.throwAny();
  return settings;
}

/** Source: https://developer.webex.com/docs/basics#api-errors */
export const mapError = refusals(
  ({ body }) => ({ code: null, message: statedIn(body) }),
  [
    {
      ...{ status: 403, kind: "scope" },
      message: ({ message }) =>
        `Webex denies access: a scope, a role or Pro Pack is missing${message ? ` (${message})` : ""}.`,
    },
    { status: 423, kind: "unavailable", message: "Webex is still scanning this file for malware." },
    { status: 428, kind: "request", message: "Webex cannot scan this file for malware and hands it out to nobody." },
  ],
);
