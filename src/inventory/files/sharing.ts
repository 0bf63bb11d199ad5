import { type SharingLevel, sharingLevels } from "#src/connector-kit/contract/records.ts";

/** What decides who can open a file. Domains are lower case. */
export interface SharingFacts {
  /** As the connector read it; null: it could not be read. */
  reported: SharingLevel | null;
  link: { audience: SharingLevel; expiresAt: Date | null } | null;
  collaborators: readonly Pick<Collaborator, "principal" | "domain" | "role">[];
}

export interface Collaborator {
  principal: "USER" | "GROUP" | "DOMAIN" | "ANYONE";
  key: string;
  principalId: string | null;
  email: string | null;
  /** Of the e-mail, or the domain itself; null: not known. */
  domain: string | null;
  role: "READ" | "COMMENT" | "WRITE" | "OWNER";
  inherited: boolean | null;
}

/** The organisation's domains: those that the app states, and those that an ADMIN added. */
export interface OwnDomains {
  tenant: ReadonlySet<string>;
  all: ReadonlySet<string>;
}

export function ownDomains(tenant: readonly string[], added: readonly string[]): OwnDomains {
  const lower = (domains: readonly string[]) => domains.map((domain) => domain.toLowerCase());
  return { tenant: new Set(lower(tenant)), all: new Set(lower([...tenant, ...added])) };
}

/**
 * The level in effect, or null where it is not known.
 *
 * Collaborators and the link are judged by the organisation's domains. What the connector reports beyond that holds too: a bucket policy,
 * another tenant's account. Where collaborators of the tenant's own reading explain the report, the admin's domains may lower it. A report that
 * could not be read leaves what is seen to reach outside, and nothing below: what is not seen may reach further.
 */
export function sharingInEffect(
  { reported, link, collaborators }: SharingFacts,
  own: OwnDomains,
  now: Date,
): SharingLevel | null {
  const judged = (domains: ReadonlySet<string>, byLink: SharingLevel) =>
    collaborators.reduce((level, one) => wider(level, levelOf(one, domains)), byLink);
  const isOver = link !== null && link.expiresAt !== null && link.expiresAt <= now;
  const seen = judged(own.all, link && !isOver ? link.audience : "PRIVATE");
  if (reported === null) return isOutside(seen) ? seen : null;
  // A link that has ended meanwhile explains what was reported before.
  const explained = judged(own.tenant, link?.audience ?? "PRIVATE");
  return rank(reported) > rank(explained) ? wider(reported, seen) : seen;
}

/** Whether a collaborator is outside of the organisation. Without known domains only ANYONE is. */
export function isExternal(
  { principal, domain }: Pick<Collaborator, "principal" | "domain">,
  domains: ReadonlySet<string>,
): boolean {
  if (principal === "ANYONE") return true;
  return domains.size > 0 && domain !== null && !domains.has(domain);
}

function levelOf(one: SharingFacts["collaborators"][number], domains: ReadonlySet<string>): SharingLevel {
  if (one.principal === "ANYONE") return "PUBLIC";
  if (isExternal(one, domains)) return "EXTERNAL";
  return one.role === "OWNER" ? "PRIVATE" : "INTERNAL";
}

function isOutside(level: SharingLevel): boolean {
  return level === "EXTERNAL" || level === "PUBLIC";
}

function rank(level: SharingLevel): number {
  return sharingLevels.indexOf(level);
}

function wider(one: SharingLevel, other: SharingLevel): SharingLevel {
  return rank(one) >= rank(other) ? one : other;
}
