export { activities } from "./streams-activities.ts";
export { oauthApps } from "./streams-apps.ts";
export { groups } from "./streams-groups.ts";
export { posture } from "./streams-posture.ts";
export { privileges } from "./streams-privileges.ts";
export { users } from "./streams-users.ts";
