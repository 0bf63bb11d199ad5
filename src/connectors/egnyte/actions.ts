import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { usersPath } from "./api.ts";
import { isTrue } from "./map.ts";

export const suspendUser: ActionFunction = (context, target) => setActive(context, target, false);
export const unsuspendUser: ActionFunction = (context, target) => setActive(context, target, true);

/** Source: https://developers.egnyte.com/docs/User_Management_API_Documentation */
const setActive = (
  { http }: Parameters<ActionFunction>[0],
  target: Parameters<ActionFunction>[1],
  active: boolean,
): ReturnType<ActionFunction> => {
  const url = `${usersPath}/${encodeURIComponent(userOf(target).externalId)}`;
  return ensure({
    target,
    read: async () => ({ active: isTrue(needObject((await http.get(url)).body, "user").active) }),
    wanted: { active },
    write: () => http.request({ method: "PATCH", url, json: { active } }),
  });
};

/** An administrator becomes a power user, who sees and does what folders and groups give. */
export const revokeAdminPrivileges: ActionFunction = ({ http }, target) => {
  const url = `${usersPath}/${encodeURIComponent(userOf(target).externalId)}`;
  return ensure({
    target,
    read: async () => ({ userType: needObject((await http.get(url)).body, "user").userType }),
    wanted: ({ userType }) => userType !== "admin",
    write: () => http.request({ method: "PATCH", url, json: { userType: "power" } }),
  });
};
