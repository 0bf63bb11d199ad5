/** Thirty days of an instance's logs, read by a process that runs irregularly, dies and stands still. */
import { expect, test } from "vitest";
import { servicenow } from "#src/connectors/servicenow/index.ts";
import { parseQuery, type Row, sorted } from "../../../sandbox/providers/servicenow/encoded-query.ts";
import { contextOf, randomFrom } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-10-01T00:00:00Z");
const end = start + 30 * dayMs;
/** Fewer than are asked for, so that there are many pages. */
const pageSize = 40;

const written = (at: number) => new Date(at).toISOString().slice(0, 19).replace("T", " ");

interface Stored {
  /** When its transaction ended. */
  visibleAt: number;
  isHidden: boolean;
  row: Row;
}

/** Tables whose records carry the second of their insertion and show when their transaction ends. */
class Instance {
  now = start;
  readonly below = randomFrom(11);
  readonly happened = new Set<string>();
  readonly spans: number[] = [];
  readonly #tables = new Map<string, Stored[]>();
  #count = 0;

  add(table: string, at: number, more: Row, isHidden = false): void {
    this.#count += 1;
    // Ids are in no order of time.
    const sys_id = this.below(0x7fffffff).toString(16).padStart(8, "0") + String(this.#count).padStart(24, "0");
    const isLate = this.below(40) === 0;
    const lag = this.below(isLate ? 17 * hourMs : 4 * minuteMs);
    const stored = this.#tables.get(table) ?? [];
    stored.push({
      visibleAt: at + lag,
      isHidden,
      row: { sys_id, sys_created_on: written(at), sys_created_by: "ines.tern", ...more },
    });
    this.#tables.set(table, stored);
    if (!isHidden) this.happened.add(sys_id);
  }

  answer = (path: string): FakeAnswer => {
    const { pathname, searchParams } = new URL(path, "https://tern.service-now.com");
    const text = searchParams.get("sysparm_query") ?? "";
    const [, from = "", to = ""] = /sys_created_on>=([^^]+)\^sys_created_on<=([^^]+)/.exec(text) ?? [];
    this.spans.push(Date.parse(`${to}Z`) - Date.parse(`${from}Z`));
    const { matches, order } = parseQuery(text, "");
    const stored = this.#tables.get(pathname.split("/").at(-1) ?? "") ?? [];
    const visible = new Map(stored.filter(({ visibleAt }) => visibleAt <= this.now).map((one) => [one.row, one]));
    const found = sorted([...visible.keys()].filter(matches), order);
    const offset = Number(searchParams.get("sysparm_offset") ?? 0);
    const page = found.slice(offset, offset + pageSize).filter((row) => !visible.get(row)?.isHidden);
    const isLast = offset + pageSize >= found.length;
    return { body: { result: page }, next: isLast ? null : `${pathname}?sysparm_offset=${offset + pageSize}` };
  };
}

const signIn = { name: "login", parm1: "ines.tern", parm2: "203.0.113.9" };
const change = { tablename: "incident", fieldname: "state", oldvalue: "1", newvalue: "2", record_checkpoint: "3" };

function fill(instance: Instance): void {
  for (let hour = start; hour < end; hour += hourMs) {
    for (let count = instance.below(4); count > 0; count--)
      instance.add("sysevent", hour + instance.below(hourMs), signIn);
    for (let count = instance.below(6); count > 0; count--)
      instance.add("sys_audit", hour + instance.below(hourMs), change);
    if (instance.below(20) === 0)
      instance.add("sys_audit_delete", hour + instance.below(hourMs), { tablename: "incident", documentkey: "1" });
  }
  // Imports write hundreds of records within a second, now and then some that access rules hide, page after page.
  for (let day = start + dayMs; day < end; day += 3 * dayMs) {
    for (let count = 0; count < 130; count++) instance.add("sys_audit", day, change);
    for (let count = 0; count < 130; count++) instance.add("sys_audit", day + 5000, change, count < 110);
  }
}

/** Runs every five minutes to eight hours, may end after any page, and misses two days. Returns the ids that were stored. */
async function readFor(instance: Instance): Promise<Set<string>> {
  const stored = new Set<string>();
  let cursor: string | null = null;
  const next = () => {
    const isOutage = instance.now > start + 12 * dayMs && instance.now < start + 12 * dayMs + 9 * hourMs;
    return isOutage ? 2 * dayMs : 5 * minuteMs + instance.below(8 * hourMs);
  };
  for (; instance.now < end + 3 * dayMs; instance.now += next()) {
    const context = contextOf(instance.answer, { from: new Date(start - hourMs), now: () => new Date(instance.now) });
    const pages = instance.below(6) === 0 ? instance.below(3) : Number.POSITIVE_INFINITY;
    let read = 0;
    for await (const page of servicenow.streams.ACTIVITIES!(context, cursor)) {
      for (const item of page.items) {
        if (!("occurredAt" in item)) throw new Error(`This is not an event: ${JSON.stringify(item)}`);
        stored.add(item.externalId);
      }
      cursor = page.cursor;
      if (++read > pages) break;
    }
  }
  return stored;
}

test("thirty days with late records, hundreds of one second and hidden ones: nothing is lost, nothing comes twice", async () => {
  const instance = new Instance();
  fill(instance);
  const stored = await readFor(instance);
  expect([...instance.happened].filter((id) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(instance.happened.size);
  expect(stored.size).toBeGreaterThan(4000);
  // A rotated table is never asked without a bound.
  expect(Math.max(...instance.spans)).toBeLessThanOrEqual(dayMs + 2000);
  expect(instance.spans.every((span) => span >= 0 || Number.isNaN(span))).toBe(true);
});
