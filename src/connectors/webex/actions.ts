import { appOf, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, needObject, needText, objectOf } from "#src/connector-kit/record.ts";
import { idsIn, isTrue, orgOf, readRoles } from "./api.ts";
import { authorizationsOf } from "./streams/oauth-apps.ts";

export const suspendUser: ActionFunction = (context, target) => setLogin(context, target, false);
export const unsuspendUser: ActionFunction = (context, target) => setLogin(context, target, true);

function setLogin(context: Context, target: ActionTarget, loginEnabled: boolean) {
  let person: Json = {};
  return ensure({
    target,
    read: async () => {
      person = await readPerson(context, target);
      return { loginEnabled: person.loginEnabled === undefined || isTrue(person.loginEnabled) };
    },
    wanted: { loginEnabled },
    write: () => writePerson(context, target, person, { loginEnabled }),
  });
}

export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const roles = await readRoles(context);
  const isAdmin = (id: string) => roles.get(id)?.isAdmin === true;
  let person: Json = {};
  return await ensure<{ roles: string[] }>({
    target,
    read: async () => {
      person = await readPerson(context, target);
      return { roles: idsIn(person.roles) };
    },
    wanted: (state) => !state.roles.some(isAdmin),
    write: (state) => writePerson(context, target, person, { roles: state.roles.filter((id) => !isAdmin(id)) }),
  });
};

async function readPerson({ http }: Context, target: ActionTarget): Promise<Json> {
  return needObject((await http.get(pathOf(target))).body, "body");
}

/** What can be written of a person. What is left out of an update is taken away. */
const writable = [
  ...["emails", "displayName", "firstName", "lastName", "nickName", "avatar", "orgId", "roles", "licenses"],
  ...["department", "manager", "managerId", "title", "addresses", "siteUrls", "loginEnabled"],
];

/** Source: https://developer.webex.com/docs/api/v1/people/update-a-person */
async function writePerson({ http }: Context, target: ActionTarget, person: Json, change: Json): Promise<void> {
  const kept = Object.fromEntries(writable.flatMap((name) => (name in person ? [[name, person[name]]] : [])));
  // Numbers of calling and mobile phones are managed elsewhere.
  const work = listOf(person.phoneNumbers)
    .map(objectOf)
    .filter(({ type }) => type === "work")
    .map(({ type, value }) => ({ type, value }));
  const json = {
    ...kept,
    loginEnabled: isTrue(person.loginEnabled),
    ...(work.length > 0 ? { phoneNumbers: work } : {}),
  };
  await http.request({ method: "PUT", url: pathOf(target), json: { ...json, ...change }, retry: true });
}

function pathOf(target: ActionTarget): string {
  return `/people/${encodeURIComponent(userOf(target).externalId)}`;
}

export const requireSignInAgain: ActionFunction = (context, target) => revoke(context, target, () => true);

export const revokeAppForUser: ActionFunction = (context, target) => {
  const { externalId } = appOf(target);
  return revoke(context, target, ({ clientId }) => clientId === externalId);
};

/** Source: https://developer.webex.com/docs/api/v1/authorizations */
function revoke(context: Context, target: ActionTarget, which: (authorization: Json) => boolean) {
  const { externalId } = userOf(target);
  return ensure<{ authorizations: string[] }>({
    target,
    read: async () => {
      const found = (await authorizationsOf(context, externalId)).filter(which);
      return { authorizations: found.map(({ id }, index) => needText(id, `items[${index}].id`)) };
    },
    wanted: ({ authorizations }) => authorizations.length === 0,
    write: async ({ authorizations }) => {
      // A refresh token takes its access tokens with it.
      for (const id of authorizations)
        await context.http.request({
          ...{ method: "DELETE", url: `/authorizations/${encodeURIComponent(id)}`, allow: [404], retry: true },
        });
    },
  });
}

/** Of everybody in the organization. */
export const revokeApp: ActionFunction = async (context, target) => {
  const orgId = orgOf(context);
  const query = { clientId: appOf(target).externalId, orgId };
  const { status } = await context.http.request({ method: "DELETE", url: "/authorizations", query, allow: [404] });
  return { changed: status !== 404 };
};
