import { mix, originAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { OneLoginPeople } from "./people.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  /** Whom it is done to. */
  person?: number;
  role?: number;
  /** Epoch ms, of one that is reported late. */
  happenedAt?: number;
}

export interface EventParts {
  accountId: number;
  people: OneLoginPeople;
  options: { seed: number };
  roles: { nameOf(role: number): string; count: number };
}

/** Numbers of https://developers.onelogin.com/api-docs/1/events/event-types; how often the generator chooses one is made up. */
const kinds: readonly (readonly [type: number, weight: number, about: "self" | "app" | "user" | "role" | "account"])[] =
  [
    ...([
      [5, 60, "self"],
      [6, 6, "self"],
      [7, 20, "self"],
      [8, 90, "app"],
      [29, 10, "app"],
      [85, 2, "app"],
    ] as const),
    ...([
      [10, 1, "self"],
      [11, 2, "self"],
      [22, 2, "self"],
      [24, 1, "self"],
      [34, 1, "app"],
      [90, 1, "app"],
    ] as const),
    ...([
      [13, 2, "user"],
      [14, 4, "user"],
      [17, 1, "user"],
      [19, 1, "user"],
      [12, 1, "user"],
      [21, 1, "user"],
    ] as const),
    ...([
      [32, 1, "user"],
      [115, 1, "user"],
      [3, 1, "user"],
      [72, 1, "user"],
      [73, 1, "user"],
    ] as const),
    ...([
      [147, 2, "role"],
      [148, 1, "role"],
      [156, 1, "account"],
      [157, 1, "account"],
      [179, 1, "account"],
    ] as const),
    ...([
      [180, 1, "account"],
      [197, 1, "account"],
      [529, 1, "user"],
      [551, 0, "user"],
      [516, 0, "user"],
    ] as const),
    // One that nobody has described: on demand.
    [601, 0, "account"],
  ];
const kindMix = new EventMix(kinds, ([, weight]) => weight);
const apps = ["Payroll", "Wiki", "Mail", "Expenses"];

/** Names of the types, for the catalogue. */
export const typeNames: Readonly<Record<number, string>> = {
  ...{
    3: "USER_ASSUMED_USER",
    5: "USER_LOGGED_INTO_ONELOGIN",
    6: "USER_FAILED_ONELOGIN_LOGIN",
    7: "USER_LOGGED_OUT_OF_ONELOGIN",
  },
  ...{
    8: "USER_LOGGED_INTO_APP",
    13: "CREATED_USER",
    17: "DELETED_USER",
    21: "SUSPENDED_USER",
    601: "HOOK_SCRIPT_DEPLOYED",
  },
};

/** Numbers, in the order in which events came. */
export const eventId = (number: number): string => String(88_120_045_512 + number);
export const numberOf = (id: string): number => Number(id) - 88_120_045_512;

function kindAt({ options: { seed } }: EventParts, number: number, note: EventNote | undefined) {
  if (note?.type === undefined) return kindMix.pick(mix(seed, number, 961));
  return kinds.find(([type]) => String(type) === note.type) ?? ([Number(note.type), 0, "account"] as const);
}

export const typeAt = (parts: EventParts, number: number, note: EventNote | undefined): number =>
  kindAt(parts, number, note)[0];

/** What concerns others or the account is done by one of the first six. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number {
  const { people, options } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const [, , about] = kindAt(parts, number, note);
  const isOwn = about === "self" || about === "app";
  return mix(options.seed, number, 962) % (isOwn ? people.count : Math.min(6, people.count));
}

/** https://developers.onelogin.com/api-docs/1/events/event-resource */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, accountId, options, roles } = parts;
  const [type, , about] = kindAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const other = note?.person ?? mix(options.seed, number, 963) % people.count;
  const user = about === "user" || about === "role" ? other : about === "account" ? undefined : actor;
  const role = about === "role" ? (note?.role ?? mix(options.seed, number, 964) % Math.max(1, roles.count)) : undefined;
  const app = about === "app" ? mix(options.seed, number, 965) % apps.length : undefined;
  const nameOf = (index: number) => people.person(index).name;
  return {
    id: Number(eventId(number)),
    created_at: new Date(note?.happenedAt ?? at).toISOString(),
    account_id: accountId,
    event_type_id: type,
    user_id: user === undefined ? null : Number(people.idOf(user)),
    user_name: user === undefined ? null : nameOf(user),
    actor_user_id: Number(people.idOf(actor)),
    actor_user_name: nameOf(actor),
    actor_system: "",
    assuming_acting_user_id: null,
    assumed_by_superadmin_or_reseller: null,
    ipaddr: note?.ip ?? originAt(options.seed, actor, number).ip,
    proxy_ip: null,
    app_id: app === undefined ? null : 7700 + app,
    app_name: app === undefined ? null : (apps[app] as string),
    role_id: role === undefined ? null : 501 + role,
    role_name: role === undefined ? null : roles.nameOf(role),
    ...{ group_id: null, group_name: null, otp_device_id: null, otp_device_name: null, client_id: null },
    policy_id: type === 156 || type === 157 ? 7001 : null,
    policy_name: type === 156 || type === 157 ? "Default policy" : null,
    privilege_id: type === 72 || type === 73 ? "8f0c1d52" : null,
    ...{ directory_sync_run_id: null, risk_score: 12, risk_reasons: "Low activity", custom_message: null, notes: null },
    error_description: type === 6 ? "Invalid credentials" : null,
    ...{ resolution: null, resolved_at: null, resource_type_id: null },
  };
}
