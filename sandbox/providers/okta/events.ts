import { chance, hex, idAt, mix, originAt, pickWeighted, placeOf, uuidAt } from "../../generator.ts";
import type { People } from "../../kit/directory.ts";
import type { Apps } from "./apps.ts";
import type { EventType } from "./event-types.ts";
import { eventType, generatedTotals, generatedTypes } from "./event-types.ts";
import type { OktaGroups } from "./groups.ts";
import type { Status } from "./people.ts";
import { userTarget } from "./people.ts";
import type { EventNote, Target } from "./targets.ts";
import { target } from "./targets.ts";

/** What the events of an org are made of. */
export interface EventParts {
  seed: number;
  people: People<Status>;
  groups: OktaGroups;
  apps: Apps;
}

export function typeOf(source: EventParts, number: number, note: EventNote | undefined): EventType {
  if (note?.type) return eventType(note.type);
  if (note?.failure) return eventType("user.session.start");
  return pickWeighted(generatedTypes, generatedTotals, mix(source.seed, number, 161));
}

export function uuidOf(source: EventParts, number: number, at: number): string {
  return uuidAt(source.seed ^ Math.floor(at / 1000), number, 11);
}

/** The person who did it: index among the users. */
export function actorIndex(source: EventParts, number: number, type: EventType, note: EventNote | undefined): number {
  if (note?.actor) {
    const found = source.people.find(note.actor);
    if (found !== undefined) return found;
  }
  const choice = mix(source.seed, number, 162);
  return choice % (type.admin ? Math.min(8, source.people.count) : source.people.count);
}

/** The System Log event with this number. */
export function logEvent(
  source: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed } = source;
  const type = typeOf(source, number, note);
  const person = actorIndex(source, number, type, note);
  const failed = note?.failure ?? (note ? type.failures === 100 : chance(mix(seed, number, 163), type.failures));
  const { ip: usualIp, place: usualPlace, agent } = originAt(seed, person, number);
  const ip = note?.ip ?? usualIp;
  const place = note?.ip ? placeOf(note.ip) : usualPlace;
  const geography = {
    city: place.city,
    state: place.state,
    country: place.country,
    postalCode: place.postalCode,
    geolocation: { lat: place.lat, lon: place.lon },
  };
  const published = new Date(note?.publishedAt ?? at).toISOString();
  const session = `102${hex(mix(seed, person, 164))}${hex(Math.floor(at / 36_000_000))}`;
  return {
    actor: actorOf(source, person, note),
    client: {
      userAgent: note?.client
        ? { rawUserAgent: "Gatehouse", os: "Unknown", browser: "UNKNOWN" }
        : { rawUserAgent: agent.raw, os: agent.os, browser: agent.browser },
      zone: "null",
      device: note?.client ? "Unknown" : agent.device,
      id: note?.client?.id ?? null,
      ipAddress: ip,
      geographicalContext: geography,
    },
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      externalSessionId: session,
    },
    displayMessage: type.display,
    eventType: type.type,
    outcome: failed
      ? {
          result: type.result === "DENY" ? "DENY" : "FAILURE",
          reason: type.reason || "INVALID_CREDENTIALS",
        }
      : { result: type.result, reason: null },
    published,
    securityContext: {
      asNumber: place.asn,
      asOrg: place.isp,
      isp: place.isp,
      domain: null,
      isProxy: chance(mix(seed, number, 165), 2),
    },
    severity: failed && type.severity === "INFO" ? "WARN" : type.severity,
    debugContext: {
      debugData: {
        requestId: uuidAt(seed, number, 13),
        requestUri: type.type.startsWith("user.session") ? "/idp/idx/identify" : "/api/v1/authn",
        threatSuspected: String(type.type.startsWith("security.")),
        dtHash: hex(mix(seed, person, 166)),
      },
    },
    legacyEventType: type.legacy && `${type.legacy}${type.failures > 0 ? (failed ? "_failed" : "_success") : ""}`,
    transaction: {
      type: "WEB",
      id: `Z${hex(mix(seed, number, 167))}${hex(number)}`,
      detail: note?.client?.tokenId ? { requestApiTokenId: note.client.tokenId } : {},
    },
    uuid: uuidOf(source, number, at),
    version: "0",
    request: { ipChain: [{ ip, geographicalContext: geography, version: "V4", source: null }] },
    target: note?.targets ?? targetsOf(source, number, person, type),
  };
}

function actorOf(source: EventParts, person: number, note: EventNote | undefined): Target {
  if (note?.client && !note.client.tokenId) {
    const { id, name } = note.client;
    return target("PublicClientApp", id, name, { alternateId: id });
  }
  if (note?.actor && source.people.find(note.actor) === undefined)
    return target("User", "unknown", "unknown", { alternateId: note.actor });
  return userTarget(source.people, person);
}

function targetsOf(source: EventParts, number: number, person: number, type: EventType): Target[] | null {
  const { seed, people, groups, apps } = source;
  const choice = mix(seed, number, 168);
  const other = choice % people.count;
  switch (type.target) {
    case "none":
      return null;
    case "self":
      return [userTarget(people, person)];
    case "user":
      return [userTarget(people, other)];
    case "app":
      return [apps.target(choice)];
    case "appUser": {
      const index = type.admin ? other : person;
      const appUser = target("AppUser", idAt("0ua", seed, index, 20), people.person(index).name, {
        alternateId: people.emailOf(index),
      });
      return [apps.target(choice), appUser];
    }
    case "group":
      return [groups.target(choice)];
    case "groupUser":
      return [userTarget(people, other), groups.target(choice)];
    case "policy":
      return [named("PolicyEntity", "00p", "Default Policy")];
    case "rule":
      return [named("PolicyEntity", "00p", "Default Policy"), named("PolicyRule", "0pr", "Default Rule")];
    case "token":
      return [named("Token", "00T", "automation")];
    case "zone":
      return [named("NetworkZone", "nzo", "Offices")];
    case "role":
      return [named("CUSTOM_ROLE", "cr0", "Password helper")];
    case "hook":
      return [named("EventHook", "who", "siem")];
    case "session":
      return [named("Session", "102", "session")];
    case "authenticator":
      return [{ ...named("AuthenticatorEnrollment", "pfd", "Okta Verify"), alternateId: "unknown" }];
  }

  function named(kind: string, prefix: string, name: string): Target {
    return target(kind, idAt(prefix, seed, choice % 5, 20), name);
  }
}
