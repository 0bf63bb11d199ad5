import { addressOf } from "#src/connector-kit/address.ts";
import type { ActorRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";

const schemas = "http://schemas.microsoft.com/identity/claims/";
const xmlsoap = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names of what acts by itself, where the log has no other. */
const unnamed = "an application";

/**
 * Who called Azure Resource Manager: a person, an application or managed identity by its object id, or a part of Azure. `claims` are those of the
 * caller's token. Null where the event names nobody.
 * Source: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema#property-descriptions
 */
export function callerOf(caller: string | null, claims: Json): ActorRecord | null {
  const claim = (...names: string[]) => names.map((name) => textOf(claims[name])).find((value) => value !== null);
  const objectId = claim(`${schemas}objectidentifier`, "oid") ?? (caller && guid.test(caller) ? caller : null);
  const login =
    claim(`${xmlsoap}upn`, "upn") ??
    (caller?.includes("@") ? caller : (claim(`${xmlsoap}name`, "unique_name") ?? null));
  const given = [claim(`${xmlsoap}givenname`), claim(`${xmlsoap}surname`)].filter(Boolean).join(" ");
  const isPerson = login !== null && (login.includes("@") || given !== "" || claim("name") !== undefined);
  if (isPerson) {
    const email = login.includes("@") ? withoutIssuer(login) : null;
    return {
      externalId: objectId,
      login: email ?? login,
      email,
      name: (claim("name") ?? given) || (email ?? login),
      type: "HUMAN",
      ...(objectId === null && email === null ? { isAccount: false } : {}),
    };
  }
  if (objectId !== null)
    return { externalId: objectId, name: claim("app_displayname") ?? named(claim("appid")), type: "SERVICE" };
  const name = caller ?? claim(`${xmlsoap}spn`) ?? null;
  return name === null ? null : { name, type: "SERVICE", isAccount: false };
}

/** A guest's name in a token may begin with where it signed in: `live.com#ana@example.org`. */
function withoutIssuer(login: string): string {
  return login.replace(/^[\w.-]+#(?=[^#]+@)/, "");
}

function named(applicationId: string | undefined): string {
  return applicationId ? `application ${applicationId}` : unnamed;
}

/** Addresses come with a port at times: `203.0.113.7:50124`; zeros stand for none. */
export function addressIn(...values: unknown[]): string | null {
  for (const value of values) {
    const address = addressOf(value) ?? addressOf(textOf(value)?.replace(/^\[(.*)\](:\d+)?$|:\d+$/, "$1"));
    if (address !== null && address !== "0.0.0.0") return address;
  }
  return null;
}
