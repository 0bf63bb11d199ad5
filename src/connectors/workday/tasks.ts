import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";

/**
 * The log names the task a person used, and of tasks a tenant has thousands. Those that matter most have a phrase of
 * their own; the rest is told by its action. `{target}` is whom or what it was done to.
 */
const phrases: Record<string, string> = {
  "view worker profile": "{actor} viewed the profile of {target}",
  "find workers": "{actor} searched for workers",
  "my payslips": "{actor} viewed their payslips",
  "request time off": "{actor} requested time off",
  "enter my time": "{actor} entered working time",
  "run report": "{actor} ran a report[ on {target}]",
  "export to excel": "{actor} exported data to Excel[ on {target}]",
  "change contact information": "{actor} changed the contact information[ of {target}]",
  "sign out": "{actor} signed out of Workday",
  "view api clients": "{actor} viewed the registered API clients",
  "register api client": "{actor} registered an API client[ {target}]",
  "register api client for integrations": "{actor} registered an API client for integrations[ {target}]",
  "edit api client": "{actor} edited an API client[ {target}]",
  "edit tenant setup - security": "{actor} edited the security set-up of the tenant",
  "edit tenant setup - system": "{actor} edited the system set-up of the tenant",
  "maintain password rules": "{actor} changed the password rules",
  "create integration system user": "{actor} created an integration system user[ {target}]",
  "create security group": "{actor} created a security group[ {target}]",
  "edit security group": "{actor} edited a security group[ {target}]",
  "maintain domain permissions for security group":
    "{actor} changed the domain permissions of a security group[ {target}]",
  "assign user-based security groups for person": "{actor} assigned security groups[ to {target}]",
  "edit workday account": "{actor} edited the Workday account[ of {target}]",
  "edit workday account (web service)": "{actor} edited the Workday account[ of {target}] through the API",
  "activate pending security policy changes": "{actor} activated pending security policy changes",
  "manage authentication policies": "{actor} opened the authentication policies",
  "start proxy": "{actor} started to act as another person[: {target}]",
  "stop proxy": "{actor} stopped acting as another person",
  "hire employee": "{actor} hired[ {target} as] an employee",
  "terminate employee": "{actor} terminated the employment[ of {target}]",
  "submit oauth 2.0 consent (web service)": "{actor} allowed an API client to act for them",
};

const actions: Record<string, string> = {
  READ: "{actor} viewed {task}[ of {target}]",
  WRITE: "{actor} submitted {task}[ for {target}]",
  OTHER: "{actor} used {task}[ on {target}]",
};

/** The reading of this log through the API, by whomever: `privacy/activityLogging/userActivity (GET) (v1 - )`. */
const logReading = /^privacy\/activityLogging\b/i;

export interface TaskWords {
  template: string;
  known: boolean;
}

export function taskWords(task: string | null, action: string | null): TaskWords {
  const phrase = task === null ? undefined : phrases[task.toLowerCase()];
  if (phrase) return { template: phrase, known: true };
  if (task !== null && logReading.test(task))
    return { template: "{actor} read the user activity log through the API", known: true };
  const byAction = action === null ? undefined : actions[action.toUpperCase()];
  return byAction && task !== null
    ? { template: byAction, known: true }
    : { template: "{actor} did {task}[ ({action})][ on {target}]", known: false };
}

export function isLogReading(task: string | null): boolean {
  return task !== null && logReading.test(task);
}

const administrative =
  /^(edit|create|maintain|assign|register|delete|disable|remove|revoke|unassign)\b.*\b(tenant setup|security groups?|domain (security|permissions)|authentication polic|api clients?|password rules|workday account|integration system user|business process)/i;

/** Workday does not tell administration from use: tasks that change who may do what are administration. */
export function categoryOf(task: string | null): ActivityCategory {
  if (task === null) return "USER";
  return administrative.test(task) || /^(activate pending security policy changes|start proxy)\b/i.test(task)
    ? "ADMIN"
    : "USER";
}
