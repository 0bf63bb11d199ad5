import { expect, test } from "vitest";
import { actionOf } from "#src/connector-kit/action.ts";
import { activityActions } from "#src/connector-kit/contract/kinds.ts";

const sentences: Record<string, string[]> = {
  SIGN_IN: [
    "{actor} signed in[ with {service}]",
    "{actor} failed to sign in",
    "{actor} authenticated through inbound SAML",
  ],
  SIGN_OUT: ["{actor} signed out of Okta", "{actor} ended all sessions of {person}"],
  RESET_CREDENTIAL: [
    "{actor} reset {whose} password",
    "{actor} reset all factors of {whose} account",
    "{actor} reset the client secret of the OAuth app[ {app}]",
  ],
  CREATE: [
    "{actor} created the user {user}",
    "{actor} invited {user} to {org}",
    "{actor} asked for access[ to {file}]",
  ],
  READ: ["{actor} viewed {item}", "{actor} searched the audit log"],
  UPDATE: ["{actor} renamed {repo}[ from {old_name}]", "{actor} changed the group {group}"],
  DELETE: ["{actor} deleted {user}", "{actor} moved {item} to the trash", "{actor} removed the team {target}"],
  RESTORE: ["{actor} restored {item} from the trash", "{actor} rolled back changes of files"],
  COPY: ["{actor} copied {item}"],
  MOVE: ["{actor} moved {item}[ to {folder}]"],
  UPLOAD: ["{actor} uploaded {item}"],
  DOWNLOAD: ["{actor} downloaded {item}", "{actor} exported the member list"],
  SHARE: ["{actor} shared {item} by a link[ ({access})]", "{actor} made {repo} public"],
  UNSHARE: ["{actor} stopped sharing [{file} ]with everybody", "{actor} made {repo} private"],
  GRANT: [
    "{actor} gave {user} administrator privileges[: {role}]",
    "{actor} added {user} to the group {group}",
    "{actor} consented to {app}[: {scopes}]",
    "{actor} made {user} an owner of {org}",
  ],
  REVOKE: [
    "{actor} took administrator privileges from {user}[: {role}]",
    "{actor} removed {user} from the group {group}",
    "{actor} revoked all user tokens of the GitHub App[ {app}]",
  ],
  DENY: ["{actor} denied a request for access to {app}", "An information barrier kept {actor} from sharing {item}"],
  ENABLE: ["{actor} lifted the suspension of {user}", "{actor} switched on two-step verification[ for {user}]"],
  DISABLE: ["{actor} suspended {user}", "{actor} switched off uploads by e-mail to {item}"],
  EXECUTE: ["Okta Support ran a query in the Directory Debugger", "{actor} sent a message"],
  OTHER: ["Okta evaluated an expression"],
};

test("every action has sentences here", () => {
  expect(Object.keys(sentences)).toEqual([...activityActions]);
});

test.each(Object.entries(sentences).flatMap(([action, list]) => list.map((text) => [text, action] as const)))(
  "%s: %s",
  (text, action) => {
    expect(actionOf(text, "USER")).toBe(action);
  },
);

test("what fills the places does not count, and what nothing fits is a sign-in in the log of sign-ins", () => {
  expect(actionOf("{deleted} evaluated {removed}", "ADMIN")).toBe("OTHER");
  expect(actionOf("The device of {actor} failed the check", "LOG_ON")).toBe("SIGN_IN");
});
