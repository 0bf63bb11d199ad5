import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { problem } from "./access.ts";
import type { GithubTenant } from "./tenant.ts";

const dayMs = 86_400_000;

/** A place in the log: entries are ordered by `@timestamp`, then by number. */
interface Place {
  at: number;
  number: number;
}

interface Phrase {
  from: number;
  /** Exclusive. */
  to: number;
  terms: [field: string, value: string][];
}

/** `GET .../audit-log`: a plain array; where to go on is in the Link header. */
export function auditLog(tenant: GithubTenant, request: SandboxRequest, path: string): SandboxResponse {
  const { query } = request;
  const now = tenant.kit.now();
  const phrase = readPhrase(query.get("phrase") ?? "", now);
  if (!phrase)
    return problem(
      422,
      "Validation Failed",
      {},
      { errors: [{ resource: "AuditLog", field: "phrase", code: "invalid" }] },
    );
  const include = query.get("include") ?? "web";
  const ascending = query.get("order") === "asc";
  const size = Math.max(
    1,
    Math.min(Number(query.get("per_page") ?? 30) || 30, tenant.options.unlimited ? 10_000 : 100),
  );
  const before = query.get("before");
  const cursor = readCursor(query.get("after") ?? before);
  if (cursor === null) return problem(400, "Invalid cursor");
  // `before` walks the same order backwards; the page is turned round at the end.
  const forward = before === null ? ascending : !ascending;
  const wanted = (entry: Record<string, unknown>): boolean => {
    const git = String(entry.action).startsWith("git.");
    return (
      (include === "all" || git === (include === "git")) &&
      phrase.terms.every(([field, value]) => matches(entry, field, value))
    );
  };
  const found: { place: Place; entry: Record<string, unknown> }[] = [];
  for (const place of walk(tenant, phrase, cursor, forward)) {
    const entry = tenant.entry(place.number);
    if (wanted(entry)) found.push({ place, entry });
    if (found.length > size) break;
  }
  const more = found.length > size;
  const shown = found.slice(0, size);
  if (before !== null) shown.reverse();
  const links: string[] = [];
  const link = (name: "after" | "before", place: Place | undefined, rel: string): void => {
    const next = new URLSearchParams(query);
    next.delete("after");
    next.delete("before");
    next.set(name, place ? writeCursor(place) : "");
    links.push(`<https://api.github.com${path}?${next.toString()}>; rel="${rel}"`);
  };
  if (before === null ? more : true) link("after", shown.at(-1)?.place ?? cursor, "next");
  if (cursor) {
    link("after", undefined, "first");
    if (before === null || more) link("before", shown[0]?.place ?? cursor, "prev");
  }
  const entries = shape(
    tenant,
    "activities",
    shown.map(({ entry }) => entry),
    ["_document_id", "@timestamp", "action"],
  );
  return { status: 200, headers: links.length > 0 ? { link: links.join(", ") } : {}, body: entries };
}

/** Places of the window after the cursor, in order; those of late entries mixed in. */
function* walk(tenant: GithubTenant, phrase: Phrase, cursor: Place | undefined, ascending: boolean): Generator<Place> {
  const { timeline } = tenant;
  const from = Math.max(phrase.from, tenant.kit.now() - 180 * dayMs);
  const direction = ascending ? 1 : -1;
  const beyond = (place: Place): boolean =>
    !cursor || (place.at - cursor.at || place.number - cursor.number) * direction > 0;
  const late = tenant.late.filter((place) => place.at >= from && place.at < phrase.to && beyond(place));
  if (!ascending) late.reverse();
  const first = timeline.firstAtOrAfter(ascending && cursor ? Math.max(from, cursor.at) : from);
  const end = timeline.firstAtOrAfter(!ascending && cursor ? Math.min(phrase.to, cursor.at + 1) : phrase.to);
  for (let step = 0; step < end - first; step++) {
    const number = ascending ? first + step : end - 1 - step;
    if (timeline.noteAt(number)?.backdatedTo !== undefined) continue;
    const place = { at: timeline.timeAt(number), number };
    if (!beyond(place)) continue;
    while (late[0] && (late[0].at - place.at || late[0].number - number) * direction < 0) yield late.shift() as Place;
    yield place;
  }
  yield* late;
}

function readPhrase(text: string, now: number): Phrase | undefined {
  const phrase: Phrase = { from: -Infinity, to: Infinity, terms: [] };
  let dated = false;
  for (const word of text.match(/(?:[^\s"]+|"[^"]*")+/g) ?? []) {
    const [field = "", ...rest] = word.split(":");
    const value = rest.join(":").replaceAll('"', "");
    if (field !== "created") {
      phrase.terms.push(rest.length > 0 ? [field, value] : ["", word.replaceAll('"', "")]);
      continue;
    }
    dated = true;
    const [, sign, dates = ""] = /^(>=|<=|>|<)?(.*)$/.exec(value) ?? [];
    const bounds = dates.split("..").map(span);
    if (bounds.some((bound) => !bound)) return undefined;
    const [start, stop] = [bounds[0] as Span, bounds.at(-1) as Span];
    if (sign === ">=" || !sign) phrase.from = Math.max(phrase.from, start.from);
    if (sign === ">") phrase.from = Math.max(phrase.from, start.to);
    if (sign === "<=" || !sign) phrase.to = Math.min(phrase.to, stop.to);
    if (sign === "<") phrase.to = Math.min(phrase.to, stop.from);
  }
  if (!dated) phrase.from = now - 90 * dayMs;
  return phrase;
}

interface Span {
  from: number;
  to: number;
}

/** A date stands for its whole day, a time for its whole second. `+` in an offset arrives as a space. */
function span(text: string): Span | undefined {
  const from = Date.parse(text.replace(/\s(?=\d{2}:?\d{2}$)/, "+"));
  if (Number.isNaN(from)) return undefined;
  const second = Math.floor(from / 1000) * 1000;
  return { from: second, to: second + (text.includes("T") ? 1000 : dayMs) };
}

function matches(entry: Record<string, unknown>, field: string, value: string): boolean {
  const wanted = value.toLowerCase();
  switch (field.replace(/^-/, "")) {
    case "":
      return JSON.stringify(entry).toLowerCase().includes(wanted);
    case "action":
      return (entry.action === wanted || String(entry.action).startsWith(`${wanted}.`)) !== field.startsWith("-");
    case "operation":
      return entry.operation_type === wanted;
    case "country":
      return (entry.actor_location as { country_code?: string } | undefined)?.country_code?.toLowerCase() === wanted;
    case "ip":
      return entry.actor_ip === wanted;
    default:
      return String(entry[field] ?? "").toLowerCase() === wanted;
  }
}

function writeCursor({ at, number }: Place): string {
  return Buffer.from(`MS|${at}|${number}`).toString("base64url");
}

/** undefined: none given; null: not one of ours. */
function readCursor(text: string | null): Place | undefined | null {
  if (!text) return undefined;
  const [, at, number] = /^MS\|(\d+)\|(\d+)$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  return at && number ? { at: Number(at), number: Number(number) } : null;
}
