import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { invalid, pageSize, problem } from "./answers.ts";
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

/** `GET .../audit-log`: a plain array; where to go on is in the Link header, which names `path`. */
export function auditLog(tenant: GithubTenant, request: SandboxRequest, path: string): SandboxResponse {
  const { query } = request;
  const phrase = readPhrase(query.get("phrase") ?? "", tenant.kit.now());
  if (!phrase) return invalid("AuditLog", "phrase");
  const cursor = readCursor(query.get("after"));
  if (cursor === null) return problem(400, "Invalid cursor");
  const include = query.get("include") ?? "web";
  const size = pageSize(request, tenant);
  const found: { place: Place; entry: Record<string, unknown> }[] = [];
  for (const place of walk(tenant, phrase, cursor, query.get("order") === "asc")) {
    const entry = tenant.entry(place.number);
    const isGit = String(entry.action).startsWith("git.");
    if (include !== "all" && isGit !== (include === "git")) continue;
    if (phrase.terms.every(([field, value]) => matches(entry, field, value))) found.push({ place, entry });
    if (found.length > size) break;
  }
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  const entries = shown.map(({ entry }) => entry);
  const next = new URLSearchParams(query);
  if (last) next.set("after", writeCursor(last.place));
  return {
    status: 200,
    headers: found.length > size ? { link: `<https://${request.host}${path}?${next}>; rel="next"` } : {},
    body: shape(tenant, "activities", entries, ["_document_id", "@timestamp", "action"]),
  };
}

/** Places of the window after the cursor, in order; those of late entries mixed in. */
function* walk(tenant: GithubTenant, phrase: Phrase, cursor: Place | undefined, ascending: boolean): Generator<Place> {
  const { timeline } = tenant;
  const from = Math.max(phrase.from, tenant.kit.now() - 180 * dayMs);
  const direction = ascending ? 1 : -1;
  const isBeyond = (place: Place): boolean =>
    !cursor || (place.at - cursor.at || place.number - cursor.number) * direction > 0;
  const late = tenant.late.filter((place) => place.at >= from && place.at < phrase.to && isBeyond(place));
  if (!ascending) late.reverse();
  const first = timeline.firstAtOrAfter(ascending && cursor ? Math.max(from, cursor.at) : from);
  const end = timeline.firstAtOrAfter(!ascending && cursor ? Math.min(phrase.to, cursor.at + 1) : phrase.to);
  for (let step = 0; step < end - first; step++) {
    const number = ascending ? first + step : end - 1 - step;
    if (timeline.noteAt(number)?.backdatedTo !== undefined) continue;
    const place = { at: timeline.timeAt(number), number };
    if (!isBeyond(place)) continue;
    while (late[0] && (late[0].at - place.at || late[0].number - number) * direction < 0) yield late.shift() as Place;
    yield place;
  }
  yield* late;
}

/** `created:>=2026-01-01T00:00:00Z action:repo.create`; undefined when it cannot be read. */
function readPhrase(text: string, now: number): Phrase | undefined {
  const phrase: Phrase = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  const words = text.split(/\s+/).filter(Boolean);
  for (const word of words) {
    const [, field = "", value = ""] = /^([^:]+):(.*)$/.exec(word) ?? [];
    if (field !== "created") {
      phrase.terms.push([field, value]);
      continue;
    }
    const [, sign, date = ""] = /^(>=|<=|>|<)?(.*)$/.exec(value) ?? [];
    const at = span(date);
    if (!at) return undefined;
    if (sign === ">=" || !sign) phrase.from = Math.max(phrase.from, at.from);
    if (sign === ">") phrase.from = Math.max(phrase.from, at.to);
    if (sign === "<=" || !sign) phrase.to = Math.min(phrase.to, at.to);
    if (sign === "<") phrase.to = Math.min(phrase.to, at.from);
  }
  if (!words.some((word) => word.startsWith("created:"))) phrase.from = now - 90 * dayMs;
  return phrase;
}

/** A date stands for its whole day, a time for its whole second. */
function span(text: string): { from: number; to: number } | undefined {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  const from = Math.floor(at / 1000) * 1000;
  return { from, to: from + (text.includes("T") ? 1000 : dayMs) };
}

function matches(entry: Record<string, unknown>, field: string, value: string): boolean {
  if (field === "action") return entry.action === value || String(entry.action).startsWith(`${value}.`);
  return String(entry[field] ?? "").toLowerCase() === value.toLowerCase();
}

function writeCursor({ at, number }: Place): string {
  return Buffer.from(`MS|${at}|${number}`).toString("base64url");
}

/** Undefined: none given; null: not one of ours. */
function readCursor(text: string | null): Place | undefined | null {
  if (!text) return undefined;
  const [, at, number] = /^MS\|(\d+)\|(\d+)$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  return at && number ? { at: Number(at), number: Number(number) } : null;
}
