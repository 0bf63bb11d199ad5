import { chance, hex, mix, originAt, placeOf, uuidAt } from "../../generator.ts";
import type { People } from "../../kit/directory.ts";
import { EventMix } from "../../kit/event-mix.ts";
import { iso } from "./answers.ts";
import type { Account, Memberships, Status } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  failure?: boolean;
  /** Epoch ms: when it happened, of one that Monitor shows later. */
  at?: number;
  data?: Record<string, unknown>;
}

interface Kind {
  type: string;
  weight: number;
  /** Done by administrators. */
  admin?: boolean;
  data?: (choice: Choice) => Record<string, unknown>;
}

interface Choice {
  seed: number;
  number: number;
  other: string;
}

const envelope = ({ seed, number }: Choice) => ({ EnvelopeId: uuidAt(seed, number, 311) });
const template = ({ seed, number }: Choice) => ({ TemplateId: uuidAt(seed, number % 20, 312) });
const person = ({ seed, number, other }: Choice) => ({
  AffectedUserId: other,
  AffectedMembershipId: uuidAt(seed, number, 313),
  PermissionProfileId: "14414471",
});

/** Of https://developers.docusign.com/docs/monitor-api/monitor101/events-alerts/ and of records that receivers have published. */
const kinds: readonly Kind[] = [
  { type: "Login.Login", weight: 40 },
  { type: "Login.Logout", weight: 8 },
  { type: "Envelope.Created", weight: 16, data: envelope },
  { type: "Envelope.Sent", weight: 14, data: envelope },
  { type: "Envelope.Completed", weight: 8, data: envelope },
  { type: "Envelope.Downloaded", weight: 6, data: envelope },
  { type: "Envelope.Voided", weight: 2, data: envelope },
  { type: "Envelope.Deleted", weight: 2, data: envelope },
  { type: "Template.Created", weight: 2, data: template },
  { type: "Template.Shared", weight: 1, data: template },
  { type: "Account.UserAdded", weight: 2, admin: true, data: person },
  { type: "Account.UserClosed", weight: 1, admin: true, data: person },
  { type: "Account.UserActivated", weight: 1, admin: true, data: person },
  { type: "Account.Updated", weight: 1, admin: true, data: () => ({ SettingsKey: "sessionTimeout" }) },
  { type: "Group.Deleted", weight: 1, admin: true, data: () => ({ GroupId: "7300104" }) },
  { type: "PermissionProfile.Updated", weight: 1, admin: true, data: () => ({ PermissionProfileId: "14414471" }) },
  { type: "Connect.Created", weight: 1, admin: true },
  { type: "Alert.TooManyLoginFailures", weight: 1, data: () => ({ Severity: "High", Count: "12", EventIds: [] }) },
];

const generated = new EventMix(kinds, ({ weight }) => weight);

/** What the events of an organization are made of. */
export interface EventParts {
  seed: number;
  organizationId: string;
  people: People<Status>;
  memberships: Memberships;
}

export function typeOf({ seed }: EventParts, number: number, note: EventNote | undefined): string {
  return note?.type ?? (note?.failure !== undefined ? "Login.Login" : generated.pick(mix(seed, number, 314)).type);
}

export function actorIndex(source: EventParts, number: number, type: string, note: EventNote | undefined): number {
  const named = note?.actor === undefined ? undefined : source.people.find(note.actor);
  if (named !== undefined) return named;
  const isAdmin = kinds.find((kind) => kind.type === type)?.admin ?? false;
  return mix(source.seed, number, 315) % (isAdmin ? Math.min(4, source.people.count) : source.people.count);
}

/** The first part is the number: cursors end in it. */
export function eventIdOf({ seed }: EventParts, number: number): string {
  return `${hex(number)}${uuidAt(seed, number, 316).slice(8, -8)}${hex(mix(seed, number, 317))}`;
}

export function eventRecord(
  source: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed, people, memberships, organizationId } = source;
  const type = typeOf(source, number, note);
  const [object = "", action = ""] = type.split(".");
  const actor = actorIndex(source, number, type, note);
  const account: Account | undefined = memberships.accountsOf(actor)[0];
  const origin = originAt(seed, actor, number);
  const place = note?.ip ? placeOf(note.ip) : origin.place;
  const isFailed = note?.failure ?? (note === undefined && type === "Login.Login" && chance(mix(seed, number, 318), 5));
  const other = people.idOf(mix(seed, number, 319) % people.count);
  return {
    timestamp: iso(at),
    eventId: eventIdOf(source, number),
    site: account?.region.toUpperCase() ?? "",
    accountId: account?.id ?? "",
    organizationId,
    userId: people.idOf(actor),
    integratorKey: "",
    userAgent: origin.agent.raw,
    ipAddress: note?.ip ?? origin.ip,
    ipAddressLocation: {
      ...{ latitude: place.lat, longitude: place.lon },
      ...{ country: place.country.toLowerCase(), state: place.state.toLowerCase(), city: place.city.toLowerCase() },
    },
    userAgentClientInfo: { browser: { family: origin.agent.browser }, os: { family: origin.agent.os }, device: {} },
    ...{ object, action, property: "", field: "" },
    result: object === "Login" ? (isFailed ? "Failed" : "Success") : "",
    source: object === "Alert" ? "Other" : "Web",
    ...{ referencedUserId: "", proxyStatus: "", proxyType: "", proxyLevel: "" },
    data: note?.data ?? kinds.find((kind) => kind.type === type)?.data?.({ seed, number, other }) ?? {},
  };
}
