import { mix, originAt, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import { seconds } from "./answers.ts";
import type { SlackPeople } from "./people.ts";

export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  person?: number;
  /** Epoch ms, of one that is written later than it happened. */
  happenedAt?: number;
}

export interface EventParts {
  options: { seed: number; name: string };
  enterpriseId: string;
  people: SlackPeople;
}

/** Actions that Slack documents, with the type of their entity; weights are made up. */
const kinds: readonly (readonly [action: string, entity: string, weight: number])[] = [
  ["user_login", "user", 40],
  ["user_login_failed", "user", 4],
  ["user_logout", "user", 12],
  ["user_session_reset_by_admin", "user", 1],
  ["file_downloaded", "file", 20],
  ["file_uploaded", "file", 15],
  ["file_public_link_created", "file", 2],
  ["public_channel_created", "channel", 3],
  ["user_channel_join", "channel", 10],
  ["external_shared_channel_connected", "channel", 1],
  ["user_created", "user", 2],
  ["user_deactivated", "user", 1],
  ["user_reactivated", "user", 0],
  ["guest_created", "user", 1],
  ["role_change_to_admin", "user", 1],
  ["app_installed", "app", 2],
  ["app_uninstalled", "app", 0],
  ["app_approved", "app", 1],
  ["app_restricted", "app", 1],
  ["app_scopes_expanded", "app", 1],
  ["pref.two_factor_auth_changed", "enterprise", 1],
  ["pref.who_can_manage_guests", "enterprise", 1],
  ["manual_export_started", "workspace", 1],
  ["anomaly", "user", 1],
  // One that nobody has described: on demand.
  ["lantern_lit", "workspace", 0],
];
const kindMix = new EventMix(kinds, ([, , weight]) => weight);
const own = /^(?:user_login|user_logout|file|public_channel|user_channel|external|anomaly|app_installed)/;

export const eventId = (seed: number, number: number): string => uuidAt(seed, number, 953);

function kindAt({ options: { seed } }: EventParts, number: number, note: EventNote | undefined) {
  if (note?.type === undefined) return kindMix.pick(mix(seed, number, 954));
  return kinds.find(([action]) => action === note.type) ?? ([note.type, "enterprise", 0] as const);
}

export const typeAt = (...asked: Parameters<typeof kindAt>): string => kindAt(...asked)[0];

/** What concerns the organization is done by one of the four who administer it. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number {
  const { people, options } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const isOwn = own.test(typeAt(parts, number, note));
  return mix(options.seed, number, 955) % Math.max(1, isOwn ? people.count : Math.min(4, people.count));
}

/** https://docs.slack.dev/admins/audit-logs-api */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, options, enterpriseId } = parts;
  const [action, type] = kindAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const other = own.test(action) ? actor : (note?.person ?? mix(options.seed, number, 956) % people.count);
  const person = (index: number) => ({
    ...{ id: people.idOf(index), name: people.person(index).name, email: people.emailOf(index), team: enterpriseId },
  });
  const organization = { id: enterpriseId, name: options.name, domain: options.name };
  const entity: Record<string, unknown> = {
    user: person(other),
    file: { id: `F0${number}`, name: `plan-${number}.pdf`, filetype: "application/pdf", title: `Plan ${number}` },
    channel: {
      id: `C0${number % 40}`,
      name: `project-${number % 40}`,
      privacy: "public",
      is_shared: false,
      is_org_shared: false,
    },
    app: {
      id: `A0${number % 5}`,
      name: "Standup",
      is_distributed: true,
      is_directory_approved: true,
      scopes: ["chat:write"],
    },
    enterprise: organization,
    workspace: { ...organization, id: "T0000000001" },
  };
  return {
    id: eventId(options.seed, number),
    date_create: seconds(note?.happenedAt ?? at),
    action,
    actor: { type: "user", user: person(actor) },
    entity: { type, [type]: entity[type] },
    context: {
      location: { type: "enterprise", ...organization },
      ua: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
      ip_address: note?.ip ?? originAt(options.seed, actor, number).ip,
      session_id: 900_000_000_000 + number,
    },
    details: action === "anomaly" ? { type: "app", action_timestamp: at * 1000, reason: ["ip_address", "asn"] } : {},
  };
}
