import { chance, hex, mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import type { ApiRoute, Call } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import type { SandboxResponse } from "../../provider.ts";
import { withoutPremium } from "./answers.ts";
import { type LoggedTenant, logPage } from "./audit-logs.ts";
import type { Caller } from "./entra.ts";
import { type EntraPeople, isoSecond } from "./people.ts";

export type SignInKind = "interactiveUser" | "nonInteractiveUser" | "servicePrincipal" | "managedIdentity";

/** What is asked of a sign-in that happens now. */
export interface SignInNote {
  actor?: string;
  ip?: string;
  outcome?: "success" | "failure";
  /** Of a record of its own: fields that replace generated ones. */
  fields?: Record<string, unknown>;
}

const apps = [
  ["Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c"],
  ["Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000"],
  ["Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"],
  ["Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"],
] as const;

const failures = [
  [50126, "Error validating credentials due to invalid username or password."],
  [53003, "Access has been blocked by Conditional Access policies."],
  [500121, "Authentication failed during strong authentication request."],
] as const;

/** The person of a sign-in: index among the users, or undefined for a name that the directory does not know. */
export function signInPerson(
  people: EntraPeople,
  seed: number,
  number: number,
  { actor }: SignInNote,
): number | undefined {
  return actor === undefined ? mix(seed, number, 821) % Math.max(1, people.count) : people.find(actor);
}

/** A sign-in as Graph writes it. https://learn.microsoft.com/en-us/graph/api/resources/signin */
export function signInRecord(
  people: EntraPeople,
  seed: number,
  { number, at, kind, note = {} }: { number: number; at: number; kind: SignInKind; note?: SignInNote },
): Record<string, unknown> {
  const isService = kind === "servicePrincipal" || kind === "managedIdentity";
  const person = signInPerson(people, seed, number, note);
  const { ip, place, agent } = originAt(seed, person ?? 0, number);
  const { city, state, country, lat, lon } = note.ip ? placeOf(note.ip) : place;
  const [appDisplayName, appId] = apps[mix(seed, number, 822) % apps.length]!;
  const failed =
    note.outcome === undefined
      ? note.actor === undefined && chance(mix(seed, number, 823), 4)
      : note.outcome === "failure";
  const [errorCode, failureReason] = failed
    ? failures[note.outcome ? 0 : mix(seed, number, 824) % failures.length]!
    : [0, "Other."];
  const service = mix(seed, number, 825) % 5;
  return {
    id: uuidAt(seed ^ Math.floor(at / 1000), number, 826),
    createdDateTime: isoSecond(at),
    userDisplayName: isService ? "" : person === undefined ? note.actor : people.person(person).name,
    userPrincipalName: isService ? "" : person === undefined ? note.actor : people.upnOf(person),
    userId: isService ? "" : person === undefined ? "00000000-0000-0000-0000-000000000000" : people.idOf(person),
    appId: isService ? uuidAt(seed, service, 827) : appId,
    appDisplayName: isService ? serviceName(service) : appDisplayName,
    ipAddress: note.ip ?? ip,
    clientAppUsed: isService ? "" : "Browser",
    userAgent: isService ? "" : agent.raw,
    correlationId: uuidAt(seed, number, 828),
    conditionalAccessStatus: errorCode === 53003 ? "failure" : "notApplied",
    isInteractive: kind === "interactiveUser",
    riskDetail: "none",
    riskLevelAggregated: "none",
    riskLevelDuringSignIn: "none",
    riskState: "none",
    riskEventTypes_v2: [],
    resourceDisplayName: "Microsoft Graph",
    resourceId: "00000003-0000-0000-c000-000000000000",
    servicePrincipalId: isService ? uuidAt(seed, service, 829) : "",
    servicePrincipalName: isService ? serviceName(service) : null,
    ...(kind === "interactiveUser" ? {} : { signInEventTypes: [kind] }),
    ...(kind === "nonInteractiveUser" ? { sessionId: `s${hex(mix(seed, person ?? 0, 830))}` } : {}),
    status: { errorCode, failureReason, additionalDetails: null },
    deviceDetail: isService
      ? { deviceId: "", displayName: "", operatingSystem: "", browser: "" }
      : { deviceId: "", displayName: null, operatingSystem: agent.os, browser: agent.browser, isCompliant: null },
    location: {
      city,
      state,
      countryOrRegion: country,
      geoCoordinates: { altitude: null, latitude: lat, longitude: lon },
    },
    appliedConditionalAccessPolicies: [],
    ...note.fields,
  };
}

export const serviceName = (service: number): string =>
  ["Backup", "Payroll sync", "CI deployer", "Reporting", "Archive"][service]!;

/** A tenant with sign-ins: `signIn` answers undefined for an event of another log, or of sign-ins of another kind. */
export interface SignInTenant extends LoggedTenant {
  signIn(number: number, kind: SignInKind): Record<string, unknown> | undefined;
}

export function signInRoutes<T extends SignInTenant>(): ApiRoute<T, Caller>[] {
  const permissions = "AuditLog.Read.All+Directory.Read.All";
  return [
    guarded("GET", "/v1.0/auditLogs/signIns", permissions, (call) => signIns(call, "interactiveUser")),
    guarded("GET", "/beta/auditLogs/signIns", permissions, (call) => {
      const [, kind = "interactiveUser"] =
        /signInEventTypes\/any\(t: ?t eq '(\w+)'\)/.exec(call.request.query.get("$filter") ?? "") ?? [];
      return signIns(call, kind as SignInKind);
    }),
  ];
}

function signIns<T extends SignInTenant>(call: Call<T, Caller>, kind: SignInKind): SandboxResponse {
  if (!call.tenant.premium) return withoutPremium;
  return logPage(call, "createdDateTime", (number) => call.tenant.signIn(number, kind));
}
