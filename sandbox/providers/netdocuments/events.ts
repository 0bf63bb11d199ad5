import { createHash } from "node:crypto";
import { mix, originAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import type { NetDocumentsPeople } from "./people.ts";

export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  desc?: string;
  /** Epoch ms, of one that is written later than it happened. */
  happenedAt?: number;
}

export interface EventParts {
  options: { seed: number };
  people: NetDocumentsPeople;
}

/** Names of NetDocuments' help; how often the generator chooses one is made up. */
const kinds: readonly (readonly [name: string, log: "consolidated" | "admin", weight: number])[] = [
  ...([
    ["Login", "consolidated", 30],
    ["Logout", "consolidated", 10],
    ["Failed login", "consolidated", 3],
  ] as const),
  ...([
    ["View", "consolidated", 60],
    ["Open", "consolidated", 40],
    ["Download", "consolidated", 10],
  ] as const),
  ...([
    ["Print", "consolidated", 4],
    ["Edit profile", "consolidated", 8],
    ["Check Out", "consolidated", 10],
  ] as const),
  ...([
    ["Check In", "consolidated", 10],
    ["New version", "consolidated", 6],
    ["Delete", "consolidated", 3],
  ] as const),
  ...([
    ["Access modification", "consolidated", 2],
    ["Email link", "consolidated", 3],
  ] as const),
  ...([
    ["Deliver a secure link", "consolidated", 2],
    ["Repository add users", "admin", 2],
  ] as const),
  ...([
    ["Repository remove users", "admin", 1],
    ["Add external users", "admin", 1],
  ] as const),
  ...([
    ["Repository add groups", "admin", 1],
    ["ndThread external expose", "admin", 1],
  ] as const),
];
const kindMix = new EventMix(kinds, ([, , weight]) => weight);
const documents = ["Engagement letter", "Board minutes", "Share purchase agreement"];

function kindAt({ options: { seed } }: EventParts, number: number, note: EventNote | undefined) {
  if (note?.type === undefined) return kindMix.pick(mix(seed, number, 1021));
  return kinds.find(([name]) => name === note.type) ?? ([note.type, "consolidated", 0] as const);
}

export const typeAt = (parts: EventParts, number: number, note: EventNote | undefined): string =>
  kindAt(parts, number, note)[0];
export const logOf = (parts: EventParts, number: number, note: EventNote | undefined): string =>
  kindAt(parts, number, note)[1];

/** What administrators change is done by one of the first three. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): number {
  const { people, options } = parts;
  const named = note?.actor === undefined ? undefined : people.find(note.actor);
  if (named !== undefined) return named;
  const [, log] = kindAt(parts, number, note);
  return mix(options.seed, number, 1022) % (log === "admin" ? Math.min(3, people.count) : people.count);
}

/** Times are UTC in whole seconds, and do not say so. */
export function eventRow(
  parts: EventParts,
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { people, options } = parts;
  const [name, log] = kindAt(parts, number, note);
  const actor = actorAt(parts, number, note);
  const document = mix(options.seed, number, 1023) % documents.length;
  const isAboutDocument = log === "consolidated" && !/log(in|out)/i.test(name);
  return {
    activity: {
      date: new Date(at).toISOString().slice(0, 19),
      ...{ name, desc: note?.desc ?? `${name} (${number})` },
      host: note?.ip ?? originAt(options.seed, actor, number).ip,
      user: {
        ...{ id: people.person(actor).handle, name: people.person(actor).name },
        ...{ guid: people.idOf(actor), email: people.emailOf(actor) },
      },
      source: { name: "ndOffice" },
      ...(isAboutDocument && {
        storageObject: { docId: `4812-3456-${7000 + document}`, name: documents[document], Matter: "M-1001" },
      }),
    },
  };
}

/** Rows have no ids: what distinguishes one from another, as a reader can compute it. No two of this sandbox are alike, since the text is numbered. */
export function keyOf({ activity }: Record<string, unknown>): string {
  const { date, name, host, user, storageObject, desc } = activity as Record<string, unknown>;
  const { guid } = user as { guid: string };
  const { docId = "" } = (storageObject ?? {}) as { docId?: string };
  return createHash("sha256")
    .update([`${date}.000Z`, name, guid, host, docId, desc].join("|"))
    .digest("hex");
}
