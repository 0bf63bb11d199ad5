import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json, listOf, textOf } from "#src/connector-kit/record.ts";
import { numberIn } from "./audit-record.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Values of `UserType` that are no people of the tenant: datacenter, system, apps, policies. */
const services = new Set([3, 4, 5, 6, 7, 8]);
const partnerTechnician = 9;

/** Names under which Microsoft's own services act, or that name nobody. */
const ofMicrosoft =
  /^(nt (authority|service)\\|sharepoint\\|app@sharepoint$|microsoft\\|not[- ]?(found|available)$|unknown$|s-1-\d|[^@]*\bsystem\b[^@]*$)/i;
const nobody = /^(not[- ]?(found|available)|unknown)?$/i;

/** A person of the directory as one of its records names the parts of an identity. */
interface Identity {
  id: string | null;
  servicePrincipal: string | null;
  upn: string | null;
  name: string | null;
}

/** The parts of `Actor` and `Target`: `User_<id>`, `ServicePrincipal_<id>`, a sign-in name, a display name. */
export function identityOf(parts: unknown): Identity {
  const found: Identity = { id: null, servicePrincipal: null, upn: null, name: null };
  let isService = false;
  for (const { ID, Type } of listOf(parts).filter(isObject)) {
    const text = textOf(ID);
    if (text === null) continue;
    const [, kind, id] = /^(User|ServicePrincipal|Group|Application|Role|Device|Policy)_(.+)$/.exec(text) ?? [];
    if (text === "ServicePrincipal" || kind === "ServicePrincipal") isService = true;
    if (id && uuid.test(id)) found.id = id;
    else if (uuid.test(text)) found.id ??= text;
    else if (numberIn(Type) === 5 || text.includes("@")) found.upn ??= text;
    else if (numberIn(Type) === 1) found.name ??= text;
  }
  return isService ? { ...found, servicePrincipal: found.id, id: null } : found;
}

/**
 * Who did it. Only the directory's own records and those of Teams name accounts by their id; the others name them as they sign in.
 * Null where the record names nobody.
 */
export function actorOf(record: Json): ActorRecord | null {
  const userId = textOf(record.UserId)?.trim() ?? "";
  const userType = numberIn(record.UserType);
  const identity = identityOf(record.Actor);
  const userKey = textOf(record.UserKey);
  if (nobody.test(userId) && !identity.upn && !identity.id && !identity.name && !identity.servicePrincipal) return null;
  if (identity.servicePrincipal || /^ServicePrincipal_/.test(userId))
    return serviceNamed(identity.name ?? userId, identity.servicePrincipal);
  const [, sharedKind, sharedWith = ""] = /^urn:spo:(anon|guest|tenantanon)#?(.*)$/i.exec(userId) ?? [];
  if (sharedKind) return guestBySharing(sharedKind, sharedWith);
  const login = personIn(userId) ?? identity.upn;
  // Records that an app wrote for a person name the person.
  const isService = ofMicrosoft.test(userId) || (userType !== null && services.has(userType) && !login?.includes("@"));
  if (isService) return serviceNamed(textOf(record.ApplicationDisplayName) ?? identity.name ?? userId, null);
  const key = userKey && uuid.test(userKey) && record.Workload !== "PowerBI" ? userKey : null;
  const id = known(identity.id ?? (uuid.test(userId) ? userId : key));
  const name = textOf(record.LogonUserDisplayName) ?? login ?? identity.name ?? userId;
  return {
    externalId: id,
    login,
    email: login?.includes("@") && !/#ext#/i.test(login) ? login : null,
    name,
    type: "HUMAN",
    // A technician of a partner signs in to a tenant of his own.
    ...((login || id) && userType !== partnerTechnician ? {} : { isAccount: false }),
  };
}

/** Whom the directory has no account of: zeros. */
function known(id: string | null): string | null {
  return id !== null && /^[0-]+$/.test(id) ? null : id;
}

/** `i:0h.f|membership|mira@acme.example`, `acme.example\mira` and the bare name. */
function personIn(userId: string): string | null {
  const last = userId.split("|").at(-1) ?? "";
  if (nobody.test(last) || uuid.test(last) || ofMicrosoft.test(last)) return null;
  return last;
}

function serviceNamed(name: string, id: string | null): ActorRecord {
  return { externalId: id, name: name || null, type: "SERVICE", isAccount: false };
}

/** A person who followed a link: without an account, or known by an address only. */
function guestBySharing(kind: string, address: string): ActorRecord {
  const email = kind.toLowerCase() === "guest" && address.includes("@") ? address : null;
  return { email, name: email ?? "an anonymous person", type: "HUMAN", isAccount: false };
}

/**
 * Whether the actor worked in the mailbox of another person, as a delegate or an administrator: `LogonType` 1, 2 or 6, or an owner that is
 * another person.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema#logontype
 */
export function isImpersonated(record: Json): boolean {
  const logonType = numberIn(record.LogonType);
  if (logonType === null) return false;
  const owner = textOf(record.MailboxOwnerUPN)?.toLowerCase();
  const actor = textOf(record.UserId)?.toLowerCase();
  const isOther = owner !== undefined && actor !== undefined && owner !== actor;
  return (
    logonType === 2 ||
    ((logonType === 1 || logonType === 6) && isOther) ||
    (logonType === 0 && isOther && bySid(record))
  );
}

/** The same person may be named in two ways, but has one security identifier. */
function bySid({ LogonUserSid, MailboxOwnerSid }: Json): boolean {
  const [one, other] = [textOf(LogonUserSid), textOf(MailboxOwnerSid)];
  return one !== null && other !== null && one !== other;
}
