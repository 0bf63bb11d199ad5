import { instantOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isAdmin } from "./map-users.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleAdminDays = 90;
export const staleTokenDays = 90;

export interface Counted {
  count: number;
  /** E-mail addresses or names, at most 50. */
  names: string[];
}

/** What of the security settings the checks look at; null where the account does not show it. */
export interface SecurityFacts {
  twoFactor: boolean;
  singleSignOn: boolean;
  /** 1: the owner alone may pass by single sign-on; 2: every admin. */
  bypass: number | null;
  passwordLevel: number | null;
  passwordLength: number | null;
  failedAttempts: number | null;
  idleMinutes: number | null;
  isSessionLimited: boolean | null;
  sessionMinutes: number | null;
  isAssumable: boolean | null;
  isIpRestricted: boolean | null;
  adminsSetPasswords: boolean | null;
  notifiesOfChanges: boolean | null;
}
export interface AccountFacts {
  passwordAccess: boolean | null;
  privateAttachments: boolean | null;
}
export interface PeopleFacts {
  admins: Counted;
  staleAdmins: Counted;
  adminsWithoutFactor: Counted;
  outsiders: Counted;
}
export interface TokenFacts {
  tokens: number;
  stale: Counted;
  unlimited: Counted;
}

/** Zendesk leaves out what is off at some places. */
export function securityFacts(settings: Json): SecurityFacts {
  const agent = objectOf(objectOf(settings.authentication).agent);
  const ip = objectOf(settings.ip);
  return {
    twoFactor: agent.two_factor_enforce === true,
    singleSignOn: agent.enforce_sso === true,
    bypass: numberOf(agent.remote_bypass),
    passwordLevel: numberOf(agent.security_policy_id),
    passwordLength: numberOf(agent.password_length),
    failedAttempts: numberOf(agent.failed_attempts_allowed),
    idleMinutes: numberOf(settings.agent_session_timeout),
    isSessionLimited: flagOf(settings.maximum_session_duration_enabled),
    sessionMinutes: numberOf(settings.maximum_session_duration),
    isAssumable: flagOf(settings.assumable),
    isIpRestricted: flagOf(ip.ip_restriction_enabled),
    adminsSetPasswords: flagOf(settings.admins_can_set_user_passwords),
    notifiesOfChanges: flagOf(settings.email_agent_when_sensitive_fields_changed),
  };
}

export function accountFacts(settings: Json): AccountFacts {
  return {
    passwordAccess: flagOf(objectOf(settings.api).api_password_access),
    privateAttachments: flagOf(objectOf(settings.tickets).private_attachments),
  };
}

export function peopleFacts(people: readonly Json[], now: Date): PeopleFacts {
  const active = people.filter(({ active, suspended }) => active !== false && suspended !== true);
  const admins = active.filter(isAdmin);
  const isStale = ({ last_login_at }: Json) => isBefore(instantOf(last_login_at), staleAdminDays, now);
  return {
    admins: counted(admins),
    staleAdmins: counted(admins.filter(isStale)),
    adminsWithoutFactor: counted(admins.filter((one) => one.two_factor_auth_enabled !== true)),
    outsiders: counted(active.filter(({ shared_agent }) => shared_agent === true)),
  };
}

export function tokenFacts(tokens: readonly Json[], now: Date): TokenFacts {
  const isStale = ({ used_at, created_at }: Json) =>
    isBefore(instantOf(used_at) ?? instantOf(created_at), staleTokenDays, now);
  const isUnlimited = ({ scopes }: Json) => listOf(scopes).some((one) => one === "write" || one === "impersonate");
  return {
    tokens: tokens.length,
    stale: counted(tokens.filter(isStale)),
    unlimited: counted(tokens.filter(isUnlimited)),
  };
}

/** Null, never, is before everything. */
function isBefore(at: Date | null, days: number, now: Date): boolean {
  return at === null || now.getTime() - at.getTime() > days * dayMs;
}

const counted = (some: readonly Json[]): Counted => ({
  count: some.length,
  names: some
    .map((one) => textOf(one.email) ?? textOf(one.name) ?? `token ${String(one.id)}`)
    .sort()
    .slice(0, maxNames),
});

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Some flags come as texts. */
function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : null;
}
