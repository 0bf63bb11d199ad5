import { EventMix } from "../../kit/event-mix.ts";

/** Fields of the webhook topic `workplace_security`. */
export const securityFields = ["sessions", "passwords", "two_factor", "admin_activity", "integrations"] as const;
export type SecurityField = (typeof securityFields)[number];

export interface SecurityEvent {
  /** As webhooks name it. */
  name: string;
  /** As the security log of the product names it. */
  label: string;
  field: SecurityField;
  /** How often the generator chooses it; 0: only on demand. */
  weight: number;
}

const event = (field: SecurityField, weight: number, name: string, label: string): SecurityEvent => ({
  ...{ name, label, field, weight },
});

export const securityEvents: readonly SecurityEvent[] = [
  event("sessions", 50, "LOG_IN", "Logged in"),
  event("sessions", 6, "LOG_IN_FAILED", "Login Failed"),
  event("sessions", 20, "LOG_OUT", "Logged out"),
  event("sessions", 0, "FORCED_LOGOUT", "Forced Logout"),
  event("sessions", 5, "SSO_REAUTHENTICATION", "SSO Reauthentication"),
  event("two_factor", 8, "TWO_FACTOR_CODE_ENTRY_SUCCEEDED", "Two-Factor Code Entry Succeeded"),
  event("two_factor", 1, "TWO_FACTOR_CODE_ENTRY_FAILED", "Two-Factor Code Entry Failed"),
  event("two_factor", 1, "TWO_FACTOR_ENABLED", "Two-Factor Authentication Enabled"),
  event("two_factor", 1, "TWO_FACTOR_DISABLED", "Two-Factor Authentication Disabled"),
  event("passwords", 3, "PASSWORD_CHANGED", "Password Changed"),
  event("passwords", 1, "PASSWORD_RESET_CODE_REQUESTED", "Password Reset Code Requested"),
  event("passwords", 1, "PASSWORD_RESET_INCORRECT_CODE", "Password Reset Incorrect Code"),
  event("passwords", 1, "PASSWORD_RESET_SUCCEEDED", "Password Reset Succeeded"),
  event("passwords", 0, "FORCED_PASSWORD_RESET", "Forced Password Reset"),
  event("admin_activity", 0, "ACCOUNT_AT_RISK", "Account at Risk"),
  event("admin_activity", 1, "ACCOUNT_CREATED", "Account Created"),
  event("admin_activity", 0, "ACCOUNT_ACTIVATED", "Account Activated"),
  event("admin_activity", 0, "ACCOUNT_DEACTIVATED", "Account Deactivated"),
  event("admin_activity", 0, "ACCOUNT_DELETED", "Account Deleted"),
  event("admin_activity", 0, "ACCOUNT_SET_TO_UNCLAIMED", "Account Set To Unclaimed"),
  event("admin_activity", 0, "ADMIN_CREATED", "Admin Created"),
  event("admin_activity", 0, "ACCOUNT_PROMOTED_TO_ADMIN", "Account Promoted to Admin"),
  event("admin_activity", 1, "ADMIN_ROLE_CHANGED", "Admin Role Changed"),
  event("admin_activity", 0, "ADMIN_REMOVED", "Admin Removed"),
  event("admin_activity", 1, "INTEGRATION_ADDED", "Integration Added"),
  event("admin_activity", 0, "INTEGRATION_REMOVED", "Integration Removed"),
  event("admin_activity", 0, "DOMAIN_ADDED", "Domain Added"),
  event("integrations", 0, "CUSTOM_INTEGRATION_EDIT", "Custom Integration Edited"),
];

const eventMix = new EventMix(securityEvents, ({ weight }) => weight);

export function anyEvent(random: number): SecurityEvent {
  return eventMix.pick(random);
}

/** By either of its names; an unknown one is taken for something an administrator did. */
export function eventNamed(name: string): SecurityEvent {
  const found = securityEvents.find((one) => one.name === name || one.label.toLowerCase() === name.toLowerCase());
  return found ?? { name, label: name, field: "admin_activity", weight: 0 };
}

/** The person or integration in an event. */
export interface Party {
  id?: string;
  email?: string;
  name?: string;
}

/** What happened, before a delivery writes it flat. */
export interface Change {
  field: SecurityField;
  event: string;
  /** Epoch seconds. */
  at: number;
  actor: Party;
  target: Party;
  ip: string;
  userAgent: string;
}

/** Makes an event special that is not left to the generator. */
export interface EventNote {
  type?: string;
  actor?: Party;
  /** Index of the member it was done to. */
  target?: number;
  ip?: string;
}

/** What distinguishes two events of a community: they have no ids. */
export function keyOf({ field, event, at, actor, target, ip }: Change): string {
  return [field, event, at, actor.id ?? actor.email, target.id ?? target.email, ip].join("|");
}
