import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { byPageToken } from "../../_google/paging.ts";
import { directory, readAll, userPages } from "../api.ts";
import { sharedDrives } from "../drive/drives.ts";
import { type Policies, reduce } from "../policies.ts";

/** An administrator, as far as checks look at one. */
export interface AdministratorFacts {
  email: string;
  isSuperAdmin: boolean;
  isDelegatedAdmin: boolean;
  isEnrolledIn2Sv: boolean;
  isEnforcedIn2Sv: boolean;
  lastLoginTime: string | null;
  readAt: string;
}

/** Counts over active accounts. */
export interface PeopleFacts {
  active: number;
  enrolled: number;
  enforced: number;
}

/**
 * The settings of the organisation by the Policy API, which answers super admins only, and what the directory shows of administrators.
 * Sources: https://cloud.google.com/identity/docs/reference/rest/v1/policies/list,
 * https://developers.google.com/workspace/admin/directory/reference/rest/v1/users
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let directoryFacts: Promise<DirectoryFacts> | null = null;
  const people = () => {
    directoryFacts ??= readDirectory(context);
    return directoryFacts;
  };
  const items = await readSettings(context, {
    administrators: async () => (await people()).administrators,
    people: async () => (await people()).people,
    policies: () => readPolicies(context),
    sharedDrives: () => readSharedDrives(context),
  });
  yield { items, cursor: null };
};

interface DirectoryFacts {
  administrators: AdministratorFacts[];
  people: PeopleFacts;
}

const userFields =
  "kind,nextPageToken,users(primaryEmail,isAdmin,isDelegatedAdmin,isEnrolledIn2Sv,isEnforcedIn2Sv,lastLoginTime,suspended,archived)";

async function readDirectory(context: StreamContext): Promise<DirectoryFacts> {
  const query = { customer: "my_customer", maxResults: 500, fields: userFields };
  const first = { url: `${directory}/users`, query };
  const readAt = context.now().toISOString();
  const facts: DirectoryFacts = { administrators: [], people: { active: 0, enrolled: 0, enforced: 0 } };
  for await (const { records, path } of walkPages(context, { name: "accounts", first, page: userPages })) {
    for (const [index, record] of records.entries()) {
      const user = needObject(record, `${path}[${index}]`);
      if (user.suspended === true || user.archived === true) continue;
      facts.people.active += 1;
      if (user.isEnrolledIn2Sv === true) facts.people.enrolled += 1;
      if (user.isEnforcedIn2Sv === true) facts.people.enforced += 1;
      if (user.isAdmin === true || user.isDelegatedAdmin === true)
        facts.administrators.push(toAdministrator(user, `${path}[${index}]`, readAt));
    }
  }
  return facts;
}

function toAdministrator(user: Json, path: string, readAt: string): AdministratorFacts {
  return {
    email: needText(user.primaryEmail, `${path}.primaryEmail`),
    isSuperAdmin: user.isAdmin === true,
    isDelegatedAdmin: user.isDelegatedAdmin === true,
    isEnrolledIn2Sv: user.isEnrolledIn2Sv === true,
    isEnforcedIn2Sv: user.isEnforcedIn2Sv === true,
    lastLoginTime: textOf(user.lastLoginTime),
    readAt,
  };
}

const policiesUrl = "https://cloudidentity.googleapis.com/v1/policies";

/** Large and of no check: lists of addresses, and the choices of single Takeout services. */
const ofNoCheck = /^(gmail\.(email_address_lists|blocked_sender_lists|spam_override_lists)|.*\.user_takeout)$/;

async function readPolicies(context: StreamContext): Promise<Policies> {
  const units = await context.http.get(`${directory}/customer/my_customer/orgunits`, {
    query: { orgUnitPath: "/", type: "allIncludingParent" },
  });
  const paths = new Map(
    listOf(objectOf(units.body).organizationUnits)
      .map(objectOf)
      .map(({ orgUnitId, orgUnitPath }) => [String(orgUnitId).replace(/^id:/, ""), String(orgUnitPath)]),
  );
  const first = { url: policiesUrl, query: { pageSize: 100 } };
  const records = await readAll(context, "policies", first, byPageToken("policies"));
  const policies = reduce(records, paths);
  return Object.fromEntries(Object.entries(policies).filter(([type]) => !ofNoCheck.test(type)));
}

async function readSharedDrives(context: StreamContext): Promise<Json[]> {
  const found: Json[] = [];
  for await (const { records } of walkPages(context, { name: "shared drives", ...sharedDrives }))
    for (const drive of records.map(objectOf))
      found.push({ name: drive.name, domainUsersOnly: objectOf(drive.restrictions).domainUsersOnly === true });
  return found;
}
