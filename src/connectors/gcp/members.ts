/** Principals as IAM writes them: https://cloud.google.com/iam/docs/principal-identifiers */
import type { UserRecord } from "#src/connector-kit/contract/records.ts";

export interface Member {
  kind: "user" | "serviceAccount" | "group" | "domain" | "public" | "federated" | "deleted" | "other";
  /** As IAM writes it; what an account is known by. */
  id: string;
  /** In small letters. */
  email: string | null;
}

/** Never throws: a kind that Google adds later is `other`. */
export function memberOf(text: string): Member {
  if (text === "allUsers" || text === "allAuthenticatedUsers") return { kind: "public", id: text, email: null };
  if (/^principal(Set)?:\/\//.test(text)) return { kind: "federated", id: text, email: null };
  const [, kind = "", rest = ""] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  if (kind === "deleted") return { kind: "deleted", id: text, email: null };
  const email = rest.toLowerCase();
  if (kind === "user" || kind === "serviceAccount" || kind === "group") return { kind, id: `${kind}:${email}`, email };
  if (kind === "domain") return { kind, id: `domain:${email}`, email: null };
  return { kind: "other", id: text, email: null };
}

/** The member whose address this is; logs, and members of groups, have addresses only. */
export function memberByEmail(address: string): Member {
  const email = address.toLowerCase();
  return memberOf(`${/\.gserviceaccount\.com$/.test(email) ? "serviceAccount" : "user"}:${email}`);
}

/** Whether it is one account: a person, a service account, or one identity of a workforce or workload pool. */
export function isAccount({ kind, id }: Member): boolean {
  return kind === "user" || kind === "serviceAccount" || (kind === "federated" && id.startsWith("principal://"));
}

/** Google's own service accounts, which act for its services in a project. */
export function isServiceAgent(email: string): boolean {
  return /^(service-\d+@|\d+@cloudservices\.|.*@(gcp-sa-|cloudbuild\.|cloudservices\.|system\.|[^@]*-system\.))/.test(
    email,
  );
}

/**
 * An account as policies show it: they have no names and no states. `domain`: the organization's; people of others are outside it, and so
 * are service accounts that are not among its own, but for Google's.
 */
export function toPrincipal(member: Member, domain: string | null): UserRecord {
  const { kind, id, email } = member;
  const isOutside = email !== null && domain !== null && !email.endsWith(`@${domain}`) && !email.endsWith(`.${domain}`);
  return {
    externalId: id,
    login: email,
    email,
    displayName: email ?? decodeURIComponent(id.slice(id.lastIndexOf("/") + 1)),
    status: "ACTIVE",
    type: kind === "serviceAccount" ? "SERVICE" : kind === "user" ? "HUMAN" : "UNKNOWN",
    isExternal: kind === "serviceAccount" ? !isServiceAgent(email ?? "") : isOutside,
    raw: { member: id },
  };
}
