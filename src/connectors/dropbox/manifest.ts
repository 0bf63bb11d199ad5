import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

export const manifest = {
  slug: "dropbox",
  name: "Dropbox",
  description: "Members, groups, the team log and shared files of one Dropbox team.",
  docs: "https://www.dropbox.com/developers/documentation/http/teams",
  lifecycle: "PREVIEW",
  authorization: "OAUTH2_AUTHORIZATION_CODE",
  prerequisites: `
- You are **team admin** of a Dropbox plan for teams. File events are not part of every plan.
- In the App Console create a scoped, **team-linked** app with \`team_info.read\`, \`members.read\`, \`groups.read\`, \`events.read\`, \`team_data.member\`, \`files.metadata.read\` and \`sharing.read\`; for actions on files also \`files.content.write\` and \`sharing.write\`.
- Register Gatehouse's redirect address with the app.
`.trim(),
  settings: {
    clientId: { label: "App key" },
    clientSecret: { label: "App secret", secret: true },
  },
  hosts: ["www.dropbox.com", "api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com"],
  streams: {},
  capabilities: {
    LIST_ACCOUNTS: {},
    LIST_GROUPS: {},
    LIST_PRIVILEGES: {},
    LOG_ON_ACTIVITY: {},
    USER_ACTIVITY: { note: "File events depend on the plan." },
    ADMIN_ACTIVITY: {},
    DLP_BACKLOG_SCAN: {},
    DLP_NEAR_REAL_TIME_SCAN: {},
    SHARING_CONTROL: {},
    FILE_GOVERNANCE: {},
  },
} as const satisfies Manifest;
