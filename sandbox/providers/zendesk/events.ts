import { mix, originAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import { iso } from "./answers.ts";
import type { ZendeskPeople } from "./people.ts";

export interface EventNote {
  /** `user.update` */
  type?: string;
  change?: string;
  actor?: string;
  ip?: string;
  person?: number;
  /** Epoch ms, of one that is written later than it happened. */
  happenedAt?: number;
}

export interface EventParts {
  options: { seed: number; name: string };
  people: ZendeskPeople;
}

/** Source, action, label and change of records that Zendesk documents or others published; weights are made up. */
const kinds: readonly (readonly [source: string, action: string, label: string, change: string, weight: number])[] = [
  ["user", "login", "", "Successful sign-in using Zendesk password from https://acme.zendesk.com", 60],
  ["user", "create", "", "", 2],
  ["user", "update", "", "Role changed from Agent to Administrator", 2],
  ["user", "update", "", "Name changed from A to B", 4],
  ["user", "destroy", "", "", 1],
  ["user_setting", "create", "Suspension state: ", "Suspended", 1],
  ["user_setting", "update", "Suspension state: ", "Unsuspended", 1],
  ["account_setting", "update", "Require Two Factor", "Disabled", 1],
  ["account_setting", "update", "Credit Card Redaction", "Enabled", 1],
  ["api_token", "create", "API token: backup", "", 1],
  ["api_token", "destroy", "API token: backup", "", 1],
  ["rule", "create", "Trigger: Notify requester", "", 3],
  ["rule", "update", "Trigger: Notify requester", "Title changed", 6],
  ["group", "create", "Field", "", 1],
  ["permission_set", "update", "Team lead", "ticket_deletion changed from false to true", 1],
  ["zendesk/app_market/app", "create", "Slack", "", 1],
  ["ticket", "destroy", "Ticket 81", "", 3],
  ["user", "exported", "Users", "", 1],
  ["webhook", "create", "Order hook", "", 1],
  // One that nobody has described: on demand.
  ["sandbox", "replicate", "Training", "", 0],
];
const kindMix = new EventMix(kinds, ([, , , , weight]) => weight);

export const eventId = (number: number): string => String(4_984_830_000 + number);

function kindAt({ options: { seed } }: EventParts, number: number, note: EventNote | undefined) {
  if (note?.type === undefined) return kindMix.pick(mix(seed, number, 981));
  const dot = note.type.lastIndexOf(".");
  const [source, action] = [note.type.slice(0, dot), note.type.slice(dot + 1)];
  return kinds.find(([one, other]) => one === source && other === action) ?? ([source, action, "", "", 0] as const);
}

export function typeAt(parts: EventParts, number: number, note: EventNote | undefined): string {
  const [source, action] = kindAt(parts, number, note);
  return `${source}.${action}`;
}

/** What concerns the account is done by one of the three admins. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number {
  const { people, options } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const [source, action] = kindAt(parts, number, note);
  const isOwn = action === "login" || source === "ticket";
  return mix(options.seed, number, 982) % (isOwn ? people.count : Math.min(3, people.count));
}

/** https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/ */
export function eventRecord(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, options } = parts;
  const [source, action, label, change] = kindAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const other = action === "login" ? actor : (note?.person ?? mix(options.seed, number, 983) % people.count);
  const isPerson = source === "user" || source === "user_setting";
  const id = Number(eventId(number));
  return {
    id,
    url: `https://${options.name}.zendesk.com/api/v2/audit_logs/${id}.json`,
    action,
    action_label: action === "login" ? "Signed in" : action === "destroy" ? "Deleted" : "Updated",
    actor_id: Number(people.idOf(actor)),
    actor_name: people.person(actor).name,
    source_id: isPerson ? Number(people.idOf(other)) : 3400 + (mix(options.seed, number, 984) % 50),
    source_type: source,
    source_label: isPerson && label !== "Users" ? `${label}${people.person(other).name}` : label,
    change_description: note?.change ?? change,
    ip_address: note?.ip ?? originAt(options.seed, actor, number).ip,
    created_at: iso(note?.happenedAt ?? at),
  };
}
