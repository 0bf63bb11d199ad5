import { mix, originAt, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { AtlassianGroups, AtlassianPeople } from "./people.ts";

export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  person?: number;
  group?: number;
  /** Epoch ms, of one that is written later than it happened. */
  happenedAt?: number;
}

export interface EventParts {
  options: { seed: number };
  people: AtlassianPeople;
  groups: AtlassianGroups;
}

/** Actions that Atlassian documents; how often the generator chooses one is made up. */
const kinds: readonly (readonly [action: string, about: "self" | "user" | "group" | "page" | "org", weight: number])[] =
  [
    ...([
      ["user_login", "self", 50],
      ["user_login_failed", "self", 4],
      ["user_logout", "self", 15],
    ] as const),
    ...([
      ["confluence_page_viewed", "page", 60],
      ["confluence_page_created", "page", 8],
    ] as const),
    ...([
      ["confluence_space_exported", "page", 1],
      ["jira_issue_created", "page", 10],
    ] as const),
    ...([
      ["api_token_created", "self", 2],
      ["api_token_revoked", "self", 1],
    ] as const),
    ...([
      ["user_invited_to_site", "user", 2],
      ["user_added_to_group", "group", 3],
      ["user_removed_from_group", "group", 2],
    ] as const),
    ...([
      ["user_granted_role", "user", 1],
      ["user_revoked_role", "user", 1],
      ["user_suspended", "user", 1],
    ] as const),
    ...([
      ["user_created", "user", 1],
      ["user_deactivated", "user", 1],
      ["user_restored", "user", 0],
    ] as const),
    ...([
      ["user_deleted", "user", 0],
      ["removed_org_admin", "user", 0],
    ] as const),
    ...([
      ["twosv_disabled_for_user", "user", 1],
      ["auth_policy_updated", "org", 1],
      ["domain_verified", "org", 1],
    ] as const),
    ...([
      ["app_installed", "org", 1],
      ["ip_allowlist_updated", "org", 1],
      ["admin_api_key_created", "org", 1],
    ] as const),
  ];
const kindMix = new EventMix(kinds, ([, , weight]) => weight);

export const eventId = (seed: number, number: number): string => uuidAt(seed, number, 995);

function kindAt({ options: { seed } }: EventParts, number: number, note: EventNote | undefined) {
  if (note?.type === undefined) return kindMix.pick(mix(seed, number, 996));
  return kinds.find(([action]) => action === note.type) ?? ([note.type, "org", 0] as const);
}

export const typeAt = (parts: EventParts, number: number, note: EventNote | undefined): string =>
  kindAt(parts, number, note)[0];

/** What concerns others or the organization is done by one of the first five. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number {
  const { people, options } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const [, about] = kindAt(parts, number, note);
  const isOwn = about === "self" || about === "page";
  return mix(options.seed, number, 997) % (isOwn ? people.count : Math.min(5, people.count));
}

/** https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/ */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, options, groups } = parts;
  const [action, about] = kindAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const other = note?.person ?? mix(options.seed, number, 998) % people.count;
  const { ip, city } = originAt(options.seed, actor, number) as { ip: string; city?: string };
  const user = {
    id: people.idOf(other),
    type: "users",
    attributes: { name: people.person(other).name, email: people.emailOf(other), accountType: "atlassian" },
  };
  const group = groups.record(note?.group ?? 0);
  const context = {
    self: [],
    user: [user],
    group: [user, { id: group.id, type: "groups", attributes: { groupName: group.name } }],
    page: [{ id: String(9000 + (number % 40)), type: "pages", attributes: { name: "Road map" } }],
    org: [],
  }[about];
  return {
    id: eventId(options.seed, number),
    type: "events",
    attributes: {
      time: new Date(note?.happenedAt ?? at).toISOString(),
      processedAt: new Date(at + 6000).toISOString(),
      action,
      actor: {
        ...{ id: people.idOf(actor), name: people.person(actor).name, email: people.emailOf(actor) },
        auth: { authType: "container-token" },
      },
      context,
      container: [
        { id: "c-1", type: "sites", attributes: { siteHostName: "https://acme.atlassian.net", siteName: "acme" } },
      ],
      location: { ip: note?.ip ?? ip, ...(city && { city }) },
    },
    message: { content: action.replaceAll("_", " "), format: "simple" },
    links: { self: "https://api.atlassian.com/admin/v1/orgs/events" },
  };
}
