import { instantOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { isAdmin, rolesOf, statusOf } from "./map-users.ts";

const dayMs = 86_400_000;
const maxNames = 50;
export const staleDays = 90;

export interface Counted {
  count: number;
  /** E-mail addresses or names, at most 50. */
  names: string[];
}
export interface PeopleFacts {
  managed: number;
  withoutFactor: Counted;
  orgAdmins: Counted;
  admins: number;
  adminsWithoutFactor: Counted;
  outsideAdmins: Counted;
  staleAdmins: Counted;
  stale: Counted;
  outsiders: Counted;
}
export interface PolicyFacts {
  /** Types of the policies that are switched on. */
  enabled: string[];
}
export interface DomainFacts {
  verified: string[];
  unverified: string[];
}
export interface TokenFacts {
  tokens: number;
  endless: Counted;
  stale: Counted;
}

export function peopleFacts(all: readonly Json[], now: Date): PeopleFacts {
  const active = all.filter((user) => statusOf(user) === "ACTIVE" && user.accountType !== "app");
  const managed = active.filter(({ claimStatus }) => claimStatus === "managed");
  const admins = active.filter(isAdmin);
  const hasNoFactor = ({ mfaEnabled }: Json) => mfaEnabled !== true;
  const isStale = (user: Json) => isBefore(lastActive(user), now);
  return {
    managed: managed.length,
    withoutFactor: counted(managed.filter(hasNoFactor)),
    orgAdmins: counted(active.filter((user) => rolesOf(user).includes("atlassian/org-admin"))),
    admins: admins.length,
    adminsWithoutFactor: counted(admins.filter(hasNoFactor)),
    outsideAdmins: counted(admins.filter(({ claimStatus }) => claimStatus !== "managed")),
    staleAdmins: counted(admins.filter(isStale)),
    stale: counted(managed.filter(isStale)),
    outsiders: counted(active.filter(({ claimStatus }) => claimStatus === "unmanaged")),
  };
}

/** The last day on which any product was used. */
function lastActive({ productAccess }: Json): Date | null {
  const days = listOf(productAccess).flatMap(
    (one) => instantOf(objectOf(one).lastActiveTimestamp ?? objectOf(one).lastActive) ?? [],
  );
  return days.reduce<Date | null>((last, at) => (last === null || at > last ? at : last), null);
}

/** Null, never, is before everything. */
const isBefore = (at: Date | null, now: Date): boolean =>
  at === null || now.getTime() - at.getTime() > staleDays * dayMs;

export function policyFacts(policies: readonly Json[]): PolicyFacts {
  const enabled = policies.flatMap(({ attributes }) => {
    const { type, status } = objectOf(attributes);
    return status === "enabled" ? (textOf(type) ?? []) : [];
  });
  return { enabled: [...new Set(enabled)].sort() };
}

export function domainFacts(domains: readonly Json[]): DomainFacts {
  const named = domains.map(({ attributes }) => {
    const { name, claim } = objectOf(attributes);
    return { name: textOf(name) ?? "", isVerified: objectOf(claim).status === "verified" };
  });
  const of = (isVerified: boolean) => named.filter((one) => one.isVerified === isVerified).map(({ name }) => name);
  return { verified: of(true), unverified: of(false) };
}

export function tokenFacts(tokens: readonly Json[], now: Date): TokenFacts {
  const isStale = ({ lastActiveAt, createdAt }: Json) => isBefore(instantOf(lastActiveAt) ?? instantOf(createdAt), now);
  return {
    tokens: tokens.length,
    endless: counted(tokens.filter(({ expiresAt }) => instantOf(expiresAt) === null)),
    stale: counted(tokens.filter(isStale)),
  };
}

const counted = (some: readonly Json[]): Counted => ({
  count: some.length,
  names: some
    .map((one) => textOf(one.email) ?? textOf(one.name) ?? textOf(one.label) ?? String(one.id ?? one.accountId))
    .sort()
    .slice(0, maxNames),
});
