import { chance, hex, idAt, mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import type { People } from "../../kit/directory.ts";
import type { Apps } from "./apps.ts";
import type { EventType } from "./event-types.ts";
import { eventType, generated } from "./event-types.ts";
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
  return generated.pick(mix(source.seed, number, 161));
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
  const { city, state, country, postalCode, lat, lon } = place;
  const geography = { city, state, country, postalCode, geolocation: { lat, lon } };
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
      ...{
        authenticationProvider: null,
        credentialProvider: null,
        credentialType: null,
        issuer: null,
        interface: null,
      },
      ...{ authenticationStep: 0, externalSessionId: session },
    },
    displayMessage: type.display,
    eventType: type.type,
    outcome: failed
      ? { result: type.result === "DENY" ? "DENY" : "FAILURE", reason: type.reason || "INVALID_CREDENTIALS" }
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

function targetsOf(source: EventParts, number: number, person: number, { target, admin }: EventType): Target[] | null {
  const choice = mix(source.seed, number, 168);
  const other = choice % source.people.count;
  return targetKinds[target]?.({ ...source, choice, person, other, admin }) ?? null;
}

interface Chosen extends EventParts {
  choice: number;
  /** Indexes of who acts, and of another person. */
  person: number;
  other: number;
  admin: boolean;
}

const targetKinds: Record<string, (chosen: Chosen) => Target[]> = {
  self: ({ people, person }) => [userTarget(people, person)],
  user: ({ people, other }) => [userTarget(people, other)],
  app: ({ apps, choice }) => [apps.target(choice)],
  appUser: ({ seed, people, apps, choice, person, other, admin }) => {
    const index = admin ? other : person;
    const alternateId = people.emailOf(index);
    const name = people.person(index).name;
    return [apps.target(choice), target("AppUser", idAt("0ua", seed, index, 20), name, { alternateId })];
  },
  group: ({ groups, choice }) => [groups.target(choice)],
  groupUser: ({ people, groups, other, choice }) => [userTarget(people, other), groups.target(choice)],
  policy: named("PolicyEntity", "00p", "Default Policy"),
  rule: (chosen) => [
    ...named("PolicyEntity", "00p", "Default Policy")(chosen),
    ...named("PolicyRule", "0pr", "Default Rule")(chosen),
  ],
  token: named("Token", "00T", "automation"),
  zone: named("NetworkZone", "nzo", "Offices"),
  role: named("CUSTOM_ROLE", "cr0", "Password helper"),
  hook: named("EventHook", "who", "siem"),
  session: named("Session", "102", "session"),
  authenticator: named("AuthenticatorEnrollment", "pfd", "Okta Verify", "unknown"),
};

function named(kind: string, prefix: string, name: string, alternateId = name): (chosen: Chosen) => Target[] {
  return ({ seed, choice }) => [target(kind, idAt(prefix, seed, choice % 5, 20), name, { alternateId })];
}
