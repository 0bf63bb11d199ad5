import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

/** To read files: whose they are, who has access, and which links lead to them. */
const readingFiles = [
  ...["team_info.read", "members.read", "groups.read", "team_data.member", "team_data.content.read"],
  ...["files.metadata.read", "sharing.read"],
] as const;
const sharing = [...readingFiles, "team_data.content.write", "sharing.write"] as const;
const moving = [...sharing, "files.content.write"] as const;

export const manifest = {
  slug: "dropbox",
  name: "Dropbox",
  description:
    "Members, groups, administrators, the activity log, files with their sharing, linked apps and settings of one Dropbox team.",
  docs: "https://www.dropbox.com/developers/documentation/http/teams",
  lifecycle: "AVAILABLE",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **team admin** of a Dropbox plan for teams. Events of files (added, downloaded, deleted …) are not part of every plan.
- In the [App Console](https://www.dropbox.com/developers/apps) create a **scoped** app with full Dropbox access, and give it these permissions:
  \`team_info.read members.read groups.read events.read sessions.list team_data.member team_data.content.read files.metadata.read files.content.read sharing.read\`,
  and for actions \`members.write sessions.modify team_data.content.write files.content.write sharing.write\`. What is not granted switches off only what needs it.
- Enter Gatehouse's redirect address under *OAuth 2 → Redirect URIs*, and the webhook's address, which is shown after connecting, under *Webhooks*.
`.trim(),
  settings: {
    clientId: { label: "App key", pattern: /[a-z0-9]{8,40}/, example: "a1b2c3d4e5f6g7h" },
    clientSecret: { label: "App secret", secret: true },
  },
  hosts: ["www.dropbox.com", "api.dropboxapi.com", "content.dropboxapi.com"],
  // Dropbox publishes no figures: it answers 429 with a time to wait.
  rateLimit: { defaultWaitSeconds: 60, concurrency: 4 },
  streams: {
    USERS: { everySeconds: 3600, scopes: ["members.read"] },
    GROUPS: { everySeconds: 3600, scopes: ["groups.read"] },
    PRIVILEGES: { everySeconds: 3600, scopes: ["members.read"] },
    ACTIVITIES: {
      everySeconds: 60,
      providerDelay: "PT10M",
      retroactivePeriod: "P7D",
      scopes: ["events.read"],
      categories: ["LOG_ON", "USER", "ADMIN"],
    },
    FILES: { parts: true, everySeconds: 43_200, feedEverySeconds: 300, realTime: true, scopes: readingFiles },
    OAUTH_APPS: { everySeconds: 43_200, scopes: ["sessions.list"] },
    POSTURE: { everySeconds: 86_400, scopes: ["team_info.read"] },
  },
  actions: {
    SUSPEND_USER: {
      scopes: ["members.read", "members.write"],
      undo: "UNSUSPEND_USER",
      note: "Files stay on the member's devices, and what was shared stays shared. Active members only, and never the last team admin.",
    },
    UNSUSPEND_USER: { scopes: ["members.read", "members.write"], undo: "SUSPEND_USER" },
    REQUIRE_SIGN_IN_AGAIN: {
      scopes: ["sessions.list", "sessions.modify"],
      note: "Ends the sessions in browsers and unlinks computers and phones. Files stay on them. Linked apps keep their access: revoke them as well.",
    },
    REVOKE_ADMIN_PRIVILEGES: {
      scopes: ["members.read", "members.write"],
      note: "Takes away the member's administrator role. The last team admin keeps it.",
    },
    REVOKE_APP: {
      scopes: ["sessions.list", "sessions.modify"],
      note: "Unlinks the app from every member who linked it. They can link it again. Its app folder stays.",
    },
    REVOKE_APP_FOR_USER: { scopes: ["sessions.list", "sessions.modify"], note: "The member can link the app again." },
    QUARANTINE_FILE: {
      scopes: moving,
      undo: "RESTORE_FILE",
      note: "Removes links and people, and moves the item to the folder “Gatehouse quarantine” of its owner, who keeps access; what a team owns goes to the administrator who connected Gatehouse. Shared folders as a whole cannot be moved.",
    },
    RESTORE_FILE: {
      scopes: moving,
      note: "Brings back what an action took away, or a deleted file. Links come back with another address, and those with a password have to be made by hand, as have deleted folders.",
    },
    TRASH_FILE: {
      scopes: moving,
      undo: "RESTORE_FILE",
      note: "Dropbox keeps deleted files for 30 to 365 days, depending on the plan. Deleted folders are restored in Dropbox itself.",
    },
    REMOVE_PUBLIC_SHARING: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: "Public links to the item itself. A link to a folder above it is removed there.",
    },
    REDUCE_PUBLIC_ACCESS: { scopes: sharing, undo: "RESTORE_FILE", note: "Public links then open for the team only." },
    SET_SHARED_LINK_ACCESS: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: 'Parameter {"audience": "PUBLIC"}, "INTERNAL" for the team, or "PRIVATE" for people who have access already. Of every link to the item itself.',
    },
    EXPIRE_SHARED_LINK: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: 'Parameter {"expiresAt": "2026-12-31T00:00:00Z"} or {"days": 7}; seven days without one.',
    },
    REMOVE_COLLABORATOR: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: 'Parameter {"email": "…"}. Of the file or shared folder itself: who has access through a folder above is removed there.',
    },
    REMOVE_EXTERNAL_USERS: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: "People and invitations outside of the team.",
    },
    MAKE_PRIVATE: {
      scopes: sharing,
      undo: "RESTORE_FILE",
      note: "Removes the links of the item itself and everybody but its owner. What comes from a folder above stays.",
    },
    TRANSFER_FILE_OWNERSHIP: {
      scopes: sharing,
      undo: "TRANSFER_FILE_OWNERSHIP",
      note: 'Parameter {"email": "…"} of a member of the team. Shared folders only, and only to a person who has access to the folder.',
    },
  },
  optionalScopes: [{ purpose: "content inspection", scopes: ["files.content.read"] }],
  webhooks: "manual",
  capabilities: {
    LIST_PRIVILEGES: { note: "Administrator roles. Dropbox gives a member one at most." },
    USER_ACTIVITY: { note: "Events of files depend on the plan." },
    USER_GOVERNANCE: { note: "Dropbox lets no app reset a password." },
    VIEW_APP_PERMISSIONS: { note: "Dropbox shows whether an app has all files or a folder of its own, and no scopes." },
    SECURITY_POSTURE: { note: "Two-factor and single sign-on policies are read from the latest change in the log." },
    DLP_NEAR_REAL_TIME_SCAN: {
      note: "Changed content by webhook or within five minutes, changed sharing within the delay of the log.",
    },
    FILE_GOVERNANCE: { note: "Content that other teams own is out of reach." },
    SENSITIVITY_LABELS: { support: "NOT_SUPPORTED_BY_PROVIDER", note: "No call sets the labels of a file." },
  },
} as const satisfies Manifest;
