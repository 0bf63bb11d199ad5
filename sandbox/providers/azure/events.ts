import { chance, mix, originAt, uuidAt } from "../../generator.ts";
import type { EntraPeople } from "../_microsoft/people.ts";
import { type SignInNote, signInRecord } from "../_microsoft/sign-ins.ts";
import type { ServicePrincipal } from "./identities.ts";
import { anyOperation, type Operation, operationNamed } from "./operations.ts";
import { roleIds } from "./roles.ts";
import type { Subscription } from "./subscriptions.ts";

/** What Azure Monitor calls a sign-in. */
export const signIn = "Sign-in activity";

/** What makes an event special that is not left to the generator. */
export interface EventNote extends SignInNote {
  type?: string;
}

export interface LogOwner {
  seed: number;
  tenantId: string;
  people: EntraPeople;
  services: readonly ServicePrincipal[];
  subscriptions: readonly Subscription[];
}

/** One event before it is written. */
export interface Happening {
  number: number;
  at: number;
  id: string;
  /** Null: a sign-in. */
  operation: Operation | null;
  type: string;
  failed: boolean;
  /** Index of a person; undefined for a service. */
  person: number | undefined;
  service: ServicePrincipal | undefined;
  subscription: Subscription;
  ip: string;
}

export function happeningAt(owner: LogOwner, number: number, at: number, note: EventNote = {}): Happening {
  const { seed, people, services, subscriptions } = owner;
  const isSignIn = note.type ? note.type === signIn : note.outcome === "failure" || chance(mix(seed, number, 831), 35);
  const operation = isSignIn ? null : note.type ? operationNamed(note.type) : anyOperation(mix(seed, number, 832));
  const service = operation?.byService && !note.actor ? services[1] : undefined;
  const person =
    service || operation?.category === "Security" ? undefined : personOf(people, note.actor, mix(seed, number, 833));
  return {
    ...{ number, at, operation, person, service },
    id: uuidAt(seed, number, 830),
    type: operation?.name ?? signIn,
    failed: note.outcome ? note.outcome === "failure" : chance(mix(seed, number, 834), 6),
    // The subscription of events that are asked for is the first one.
    subscription: subscriptions[note.type ? 0 : mix(seed, number, 835) % subscriptions.length]!,
    ip: note.ip ?? originAt(seed, person ?? 0, number).ip,
  };
}

/** Members of the organisation that are there: guests do not act here. */
function personOf(people: EntraPeople, actor: string | undefined, random: number): number {
  const named = actor ? people.find(actor) : undefined;
  if (named !== undefined) return named;
  const index = random % people.count;
  return people.isGuest(index) ? index - 1 : index;
}

const local = (value: string) => ({ value, localizedValue: value });
const claimsOf = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

/**
 * The event as the activity log has it, newest first: the end of an operation, and before it its start.
 * https://learn.microsoft.com/en-us/rest/api/monitor/activity-logs/list
 */
export function logRecords(owner: LogOwner, happening: Happening): Record<string, unknown>[] {
  const end = logRecord(owner, happening);
  if (happening.operation?.category !== "Administrative") return [end];
  const at = new Date(happening.at - 1);
  const start = {
    ...end,
    eventDataId: uuidAt(owner.seed, happening.number, 836),
    eventName: local("BeginRequest"),
    status: local("Started"),
    subStatus: local(""),
    eventTimestamp: instant(at.getTime()),
  };
  return [end, start];
}

function logRecord(owner: LogOwner, happening: Happening): Record<string, unknown> {
  const { number, at, id, operation, failed, subscription, service, person } = happening;
  const { name, category, resource } = operation!;
  const scope = `/subscriptions/${subscription.id}`;
  const resourceId = `${scope}/${resource.replace("{guid}", uuidAt(owner.seed, number, 837))}`;
  const [, group] = /resourceGroups\/([^/]+)/.exec(resource) ?? [];
  const provider = /providers\/([^/]+)/.exec(resource)?.[1] ?? "Microsoft.Resources";
  const isAlert = category === "Security";
  return {
    ...(isAlert ? {} : { authorization: { action: name, scope: resourceId }, ...callerOf(owner, happening) }),
    channels: "Operation",
    correlationId: uuidAt(owner.seed, number, 838),
    description: "",
    eventDataId: id,
    eventName: local(isAlert ? "Suspicious process executed" : "EndRequest"),
    category: local(category),
    eventTimestamp: instant(at),
    ...(isAlert
      ? {}
      : {
          httpRequest: {
            clientRequestId: uuidAt(owner.seed, number, 839),
            clientIpAddress: happening.ip,
            method: "PUT",
          },
        }),
    id: `${resourceId}/events/${id}/ticks/${at}0000`,
    level: failed ? "Error" : "Informational",
    ...(group && { resourceGroupName: group }),
    resourceId,
    resourceProviderName: local(provider),
    resourceType: local(name.split("/").slice(0, 2).join("/")),
    operationId: uuidAt(owner.seed, number, 838),
    operationName: local(name),
    properties: propertiesOf(owner, happening, scope),
    status: local(isAlert ? "Active" : failed ? "Failed" : "Succeeded"),
    subStatus: local(isAlert ? "" : failed ? "Forbidden" : "OK"),
    submissionTimestamp: instant(at + 60_000),
    subscriptionId: subscription.id,
    tenantId: owner.tenantId,
    ...(service === undefined && person === undefined && !isAlert ? { caller: "Microsoft.Advisor" } : {}),
  };
}

function callerOf({ people, tenantId }: LogOwner, { person, service, ip }: Happening): Record<string, unknown> {
  const token = {
    aud: "https://management.core.windows.net/",
    iss: `https://sts.windows.net/${tenantId}/`,
    "http://schemas.microsoft.com/identity/claims/tenantid": tenantId,
    ver: "1.0",
  };
  if (service)
    return {
      caller: service.id,
      claims: {
        ...token,
        appid: service.appId,
        appidacr: "1",
        idtyp: "app",
        "http://schemas.microsoft.com/identity/claims/objectidentifier": service.id,
      },
    };
  const { first, last, name } = people.person(person!);
  const upn = people.upnOf(person!);
  return {
    caller: upn,
    claims: {
      ...token,
      appid: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
      [`${claimsOf}/givenname`]: first,
      [`${claimsOf}/surname`]: last,
      [`${claimsOf}/upn`]: upn,
      [`${claimsOf}/name`]: upn,
      ipaddr: ip,
      name,
      "http://schemas.microsoft.com/identity/claims/objectidentifier": people.idOf(person!),
      "http://schemas.microsoft.com/identity/claims/scope": "user_impersonation",
    },
  };
}

function propertiesOf(
  { people, seed }: LogOwner,
  { operation, number, failed }: Happening,
  scope: string,
): Record<string, string> {
  const properties: Record<string, string> = {
    statusCode: failed ? "Forbidden" : "OK",
    eventCategory: operation!.category,
  };
  if (/roleAssignments/.test(operation!.name)) {
    const body = {
      Id: uuidAt(seed, number, 837),
      Properties: {
        PrincipalId: people.idOf(mix(seed, number, 840) % people.count),
        PrincipalType: "User",
        RoleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.Contributor}`,
        Scope: scope,
      },
    };
    if (operation!.name.endsWith("write")) properties.requestbody = JSON.stringify(body);
    else
      properties.responseBody = JSON.stringify({
        properties: {
          principalId: body.Properties.PrincipalId,
          principalType: "User",
          roleDefinitionId: body.Properties.RoleDefinitionId,
        },
      });
  }
  if (failed)
    properties.statusMessage = JSON.stringify({
      error: { code: "AuthorizationFailed", message: "The client does not have authorization to perform this action." },
    });
  return properties;
}

/** The same event where it is a sign-in, in which an unknown name has no person; undefined for any other. */
export function signInAt(
  owner: LogOwner,
  number: number,
  at: number,
  note: EventNote = {},
): Record<string, unknown> | undefined {
  const { operation } = happeningAt(owner, number, at, note);
  return operation === null
    ? signInRecord(owner.people, owner.seed, { number, at, kind: "interactiveUser", note })
    : undefined;
}

/** Seven digits of a second, as Azure writes them. */
function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}
