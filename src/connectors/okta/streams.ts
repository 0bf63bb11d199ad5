import type { GroupItem, PrivilegeItem, UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { itemsOf, nextInBody, nextOf, readCursor, storedPath } from "./api.ts";
import { toUser } from "./map.ts";
import { rolesOf, standardRoles } from "./roles.ts";

export { activities } from "./streams-activities.ts";
export { oauthApps } from "./streams-apps.ts";
export { posture } from "./streams-posture.ts";

const userPages = {
  present: "/api/v1/users?limit=200",
  deprovisioned: `/api/v1/users?${new URLSearchParams({ filter: 'status eq "DEPROVISIONED"', limit: "200" })}`,
} as const;

/**
 * Everybody, 200 a page: Okta leaves deprovisioned users out unless they are asked for, so there is a second pass.
 * Cursor: the pass and the next page in it.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  const stored = cursor === null ? null : readCursor(cursor);
  let pass: keyof typeof userPages = stored?.pass === "deprovisioned" ? "deprovisioned" : "present";
  let url = stored ? storedPath(stored.at, "/api/v1/users") : userPages.present;
  for (;;) {
    // The content type trims what each user carries: https://developer.okta.com/docs/reference/core-okta-api/#okta-response
    const page = await context.http.get(url, {
      headers: { "content-type": "application/json; okta-response=omitCredentialsLinks" },
    });
    const items = needList(page.body, "body").map((one, index) => toUser(one, `[${index}]`));
    let next = nextOf(page);
    if (next === null && pass === "present") {
      pass = "deprovisioned";
      next = userPages.deprovisioned;
    }
    yield { items, cursor: next === null ? null : JSON.stringify({ pass, at: next }) };
    if (next === null) return;
    url = next;
  }
}

/** Small groups are stored together: a page for each would be a transaction for each. */
const enoughItems = 500;

/**
 * Groups of every kind and their members, 200 a page.
 * Cursor: the page of groups, the group in it, and the page of its members.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/
 */
export async function* groups(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<GroupItem>, void, void> {
  const stored = cursor === null ? null : readCursor(cursor);
  let at = stored ? storedPath(stored.groups, "/api/v1/groups") : "/api/v1/groups?limit=200";
  let startAt = textOf(stored?.group);
  let members = stored?.members ? storedPath(stored.members, "/api/v1/groups") : null;
  let items: GroupItem[] = [];
  for (;;) {
    const page = await context.http.get(at);
    const listed = itemsOf(page.body).map((raw, index) => ({ raw, id: needText(raw.id, `[${index}].id`) }));
    // A group that was deleted meanwhile: the page is read from its start.
    const start = Math.max(
      0,
      listed.findIndex(({ id }) => id === startAt),
    );
    for (const [offset, { raw, id }] of listed.slice(start).entries()) {
      const resumed = offset === 0 && id === startAt ? members : null;
      if (!resumed) items.push({ kind: "group", externalId: id, name: textOf(objectOf(raw.profile).name) ?? id, raw });
      let url: string | null = resumed ?? `/api/v1/groups/${encodeURIComponent(id)}/users?limit=200`;
      while (url) {
        const people = await context.http.get(url);
        for (const [index, one] of itemsOf(people.body).entries())
          items.push({ kind: "member", groupId: id, userId: needText(one.id, `[${index}].id`) });
        url = nextOf(people);
        if (url && items.length >= enoughItems) {
          yield { items, cursor: JSON.stringify({ groups: at, group: id, members: url }) };
          items = [];
        }
      }
      const following = listed[start + offset + 1];
      if (following && items.length >= enoughItems) {
        yield { items, cursor: JSON.stringify({ groups: at, group: following.id, members: null }) };
        items = [];
      }
    }
    const next = nextOf(page);
    yield { items, cursor: next === null ? null : JSON.stringify({ groups: next, group: null, members: null }) };
    if (next === null) return;
    items = [];
    at = next;
    startAt = null;
    members = null;
  }
}

/**
 * Administrator roles and who holds them, themselves or through a group: one call for each administrator. Every role makes an admin.
 * Cursor: the next page of administrators.
 * Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentAUser/
 */
export async function* privileges(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<PrivilegeItem>, void, void> {
  let url = "/api/v1/iam/assignees/users?limit=100";
  if (cursor !== null) {
    url = storedPath(cursor, "/api/v1/iam/assignees/users");
  } else {
    yield { items: Object.entries(standardRoles).map(([type, name]) => privilege(type, name)), cursor: url };
  }
  for (;;) {
    const body = needObject((await context.http.get(url)).body, "body");
    const items: PrivilegeItem[] = [];
    for (const [index, one] of needList(body.value, "value").entries()) {
      const userId = needText(needObject(one, `value[${index}]`).id, `value[${index}].id`);
      for (const role of await rolesOf(context, userId)) {
        if (!standardRoles[role.privilegeId]) items.push(privilege(role.privilegeId, role.name));
        items.push({ kind: "holder", privilegeId: role.privilegeId, userId });
      }
    }
    const next = nextInBody(context, body);
    if (next !== null && storedPath(next, "/api/v1/iam/assignees/users") === url)
      throw new ProviderResponseError("The next page is the same page again.", "_links.next");
    yield { items, cursor: next };
    if (next === null) return;
    url = next;
  }
}

function privilege(externalId: string, name: string): PrivilegeItem {
  return { kind: "privilege", externalId, name, isAdmin: true };
}
