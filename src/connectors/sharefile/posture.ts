import { instantOf, type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isAdmin, statusOf } from "./map-users.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleDays = 90;

export interface Counted {
  count: number;
  /** E-mail addresses, at most 50. */
  names: string[];
}

/** Null where the account does not show it. */
export interface PreferenceFacts {
  twoFactor: boolean | null;
  passwordLength: number | null;
  passwordNumbers: number | null;
  passwordSpecials: number | null;
  passwordHistory: number | null;
  lockoutAttempts: number | null;
  lockoutSeconds: number | null;
  idleMinutes: number | null;
  refreshTokenMinutes: number | null;
  linksNeedSignIn: boolean | null;
  linkDays: number | null;
  antivirus: boolean | null;
  fileTransfer: boolean | null;
  addresses: string | null;
}
export interface SignOnFacts {
  isOn: boolean;
  isForced: boolean;
}
export interface PeopleFacts {
  employees: number;
  passwordOnly: Counted;
  admins: Counted;
  staleAdmins: Counted;
  clients: number;
  staleClients: Counted;
}

export function preferenceFacts(settings: Json): PreferenceFacts {
  const policy = objectOf(settings.PasswordPolicy);
  return {
    twoFactor: flagOf(settings.EnableTwoFactorAuth),
    passwordLength: numberOf(policy.MinimumLength),
    passwordNumbers: numberOf(policy.MinimumNumeric),
    passwordSpecials: numberOf(policy.MinimumSpecialCharacters),
    passwordHistory: numberOf(policy.HistoryCount),
    lockoutAttempts: numberOf(settings.LoginFailMaxAttempts),
    lockoutSeconds: numberOf(settings.LoginFailLockoutSecs),
    idleMinutes: numberOf(settings.InactiveTimeoutMins),
    refreshTokenMinutes: numberOf(settings.OAuth2RefreshTokenLifetimeMinutes),
    linksNeedSignIn: flagOf(settings.RequireLoginByDefault),
    linkDays: numberOf(settings.ShareIDMaxExpirationDays),
    antivirus: flagOf(settings.EnableAntiVirus),
    fileTransfer: flagOf(settings.EnableFTP),
    addresses: typeof settings.IPRestrictions === "string" ? settings.IPRestrictions : null,
  };
}

export const signOnFacts = ({ IsActive, ForceSSO }: Json): SignOnFacts => ({
  isOn: IsActive === true,
  isForced: ForceSSO === true,
});

export function peopleFacts(employees: readonly Json[], clients: readonly Json[], now: Date): PeopleFacts {
  const active = (some: readonly Json[]) => some.filter((user) => statusOf(user) === "ACTIVE");
  const own = active(employees);
  const admins = own.filter(isAdmin);
  const isStale = ({ Security }: Json) => {
    const at = instantOf(objectOf(Security).LastAnyLogin);
    return at === null || now.getTime() - at.getTime() > staleDays * dayMs;
  };
  return {
    employees: own.length,
    passwordOnly: counted(own.filter(({ Security }) => objectOf(Security).UserAuthenticationType === "Basic")),
    admins: counted(admins),
    staleAdmins: counted(admins.filter(isStale)),
    clients: active(clients).length,
    staleClients: counted(active(clients).filter(isStale)),
  };
}

const counted = (some: readonly Json[]): Counted => ({
  count: some.length,
  names: some
    .map((one) => textOf(one.Email) ?? String(one.Id))
    .sort()
    .slice(0, maxNames),
});

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
const flagOf = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
