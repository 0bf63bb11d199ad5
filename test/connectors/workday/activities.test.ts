import { describe, expect, test } from "vitest";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { activities } from "#src/connectors/workday/streams/activities.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";
import { activityRow, envelope, settings, signOnRow } from "./fixtures.ts";

type Log = "activities" | "signOns";
const iso = (time: number) => new Date(time).toISOString();

/** Both logs in memory, asked as Workday is asked. */
class FakeWorkday {
  activities: object[] = [];
  signOns: Record<string, string>[] = [];
  now = new Date("2026-11-18T12:00:00.500Z");
  denied = new Set<Log>();
  asked: { log: Log; from: string; to: string; instances: number }[] = [];
  readonly #client = new FakeClient("https://wd5-services1.myworkday.com", (_, { query, body }) =>
    query ? this.#readActivities(query) : this.#readSignOns(String(body)),
  );

  context(more: Partial<StreamContext> = {}): StreamContext {
    const from = new Date("2026-11-18T06:00:00Z");
    return this.#client.context(settings, { now: () => this.now, from, ...more });
  }

  #readActivities(query: object): FakeAnswer {
    const { from, to, offset, instancesReturned: instances } = query as Record<string, never>;
    this.asked.push({ log: "activities", from, to, instances });
    const rows = within(this.activities, "requestTime", from, to);
    const data = rows.slice(offset, Math.min(offset + 1000, instances * 10_000));
    return this.denied.has("activities") ? { status: 403 } : { body: { total: rows.length, data } };
  }

  #readSignOns(body: string): FakeAnswer {
    const value = (name: string) => new RegExp(`${name}>([^<]*)<`).exec(body)![1]!;
    const [from, to] = [value("From_DateTime"), value("To_DateTime")];
    this.asked.push({ log: "signOns", from, to, instances: 0 });
    const element = (name: string, content: string) => `<wd:${name}>${content}</wd:${name}>`;
    const rows = within(this.signOns, "Signon_DateTime", from, to).map((row) =>
      element(
        "Workday_Account_Signon",
        Object.entries(row)
          .map(([name, text]) => element(name, text))
          .join(""),
      ),
    );
    const results = element("Response_Results", element("Total_Results", String(rows.length)));
    const page = Number(value("Page")) - 1;
    const data = element("Response_Data", rows.slice(page * 999, page * 999 + 999).join(""));
    const answer = `<wd:Get_Workday_Account_Signons_Response xmlns:wd="w">${results}${data}</wd:Get_Workday_Account_Signons_Response>`;
    return this.denied.has("signOns") ? { status: 403 } : { body: envelope(`<env:Body>${answer}</env:Body>`) };
  }

  addActivity(requestTime: string, systemAccount = "mholt") {
    this.activities.push({ ...activityRow, requestTime, systemAccount });
  }
}

function within(rows: readonly object[], field: string, from: string, to: string): Record<string, string>[] {
  // Rows that name no readable instant say elsewhere when it was.
  const timeOf = (row: Record<string, string>) => Date.parse(row.at ?? row[field]!);
  const found = rows as Record<string, string>[];
  return found.filter((row) => timeOf(row) >= Date.parse(from) && timeOf(row) <= Date.parse(to));
}

async function readAll(fake: FakeWorkday, cursor: string | null = null, more: Partial<StreamContext> = {}) {
  const ids = new Set<string>();
  const types: string[] = [];
  const unreadable: string[] = [];
  let last = cursor;
  for await (const page of activities(fake.context(more), cursor)) {
    for (const item of page.items) {
      if ("kind" in item) unreadable.push((item as { path: string }).path);
      else if (!ids.has(item.externalId)) {
        ids.add(item.externalId);
        types.push(item.eventType);
      }
    }
    last = page.cursor;
  }
  return { ids, types, unreadable, cursor: last };
}

/** Where one of the logs goes on. */
const placeIn = (cursor: string | null, log: Log) => JSON.parse(JSON.parse(cursor!).positions[log] ?? "null");

describe("the position", () => {
  test("stays five minutes behind now, for rows that land late", async () => {
    const fake = new FakeWorkday();
    const { cursor } = await readAll(fake);
    for (const log of ["activities", "signOns"] as const)
      expect(placeIn(cursor, log)).toMatchObject({ mark: "2026-11-18T11:55:00.500Z" });
    fake.addActivity("2026-11-18T11:56:00.000Z");
    fake.addActivity("2026-11-18T11:54:00.000Z", "too.late");
    fake.now = new Date("2026-11-18T12:01:00Z");
    fake.asked = [];
    expect((await readAll(fake, cursor)).ids.size).toBe(1);
    const span = ["2026-11-18T11:55:00Z", "2026-11-18T12:01:00Z"];
    expect(fake.asked.map(({ from, to }) => [from, to])).toEqual([span, span]);
  });

  test("is not moved by a sign-off, which belongs to the row of its sign-on", async () => {
    const fake = new FakeWorkday();
    fake.now = new Date("2026-11-18T18:00:00Z");
    const start = Date.parse("2026-11-18T06:00:00Z");
    for (let second = 0; second < 600; second++)
      fake.signOns.push({
        ...signOnRow,
        Signon_DateTime: iso(start + second * 1000),
        Signoff_DateTime: iso(start + 5 * 3_600_000),
      });
    const marks: string[] = [];
    for await (const { items, cursor } of activities(fake.context(), null))
      if (items.length === 1000) marks.push(placeIn(cursor, "signOns").mark);
    expect(marks).toEqual([iso(start + 499_000)]);
  });

  test("of a denied log stays where it is, and the other goes on", async () => {
    const fake = new FakeWorkday();
    fake.addActivity("2026-11-18T11:00:00Z");
    fake.signOns.push(signOnRow);
    fake.denied.add("signOns");
    const first = await readAll(fake);
    expect(placeIn(first.cursor, "signOns")).toBeNull();
    expect(placeIn(first.cursor, "activities").mark).toBe("2026-11-18T11:55:00.500Z");
    fake.denied.clear();
    expect((await readAll(fake, first.cursor)).types).toContain("Signon");
    fake.denied.add("activities");
    const pages: unknown[] = [];
    const reading = async () => {
      for await (const page of activities(fake.context(), null)) pages.push(page);
    };
    await expect(reading()).rejects.toThrow(ProviderScopeError);
    expect(pages).toHaveLength(2);
  });

  test.each(["nonsense", "[]", '{"activities":"2026-11-18T11:00:00Z","signOns":null,"swept":null}'])(
    "%s is refused",
    async (cursor) => {
      await expect(readAll(new FakeWorkday(), cursor)).rejects.toThrow(StreamCursorError);
    },
  );
});

test("windows begin with an hour, are halved for a crowd, and a crowded second takes more instances", async () => {
  const fake = new FakeWorkday();
  fake.denied.add("signOns");
  for (let number = 0; number < 10_500; number++) fake.addActivity("2026-11-18T09:30:00.000Z", `u${number}`);
  expect((await readAll(fake)).ids.size).toBe(10_500);
  const { from, to } = fake.asked[0]!;
  expect([from, to]).toEqual(["2026-11-18T06:00:00Z", "2026-11-18T07:00:00Z"]);
  expect(fake.asked.some(({ instances }) => instances === 2)).toBe(true);
  expect(fake.asked.length).toBeLessThan(80);
});

test("equal rows at the border of two windows have the same ids in each", async () => {
  const fake = new FakeWorkday();
  fake.denied.add("signOns");
  for (let twin = 0; twin < 3; twin++) fake.addActivity("2026-11-18T07:00:00.000Z");
  expect((await readAll(fake)).ids.size).toBe(3);
  expect((await readAll(fake, null, { from: new Date("2026-11-18T06:37:11Z") })).ids.size).toBe(3);
});

test("a row that cannot be read is set aside, and the others are stored", async () => {
  const fake = new FakeWorkday();
  fake.addActivity("2026-11-18T11:00:00Z");
  fake.activities.push(
    { ...activityRow, requestTime: "2026-11-18T11:00:00Z", target: 7 },
    { at: "2026-11-18T11:00:00Z", requestTime: "yesterday" },
  );
  fake.signOns.push({ ...signOnRow, Signoff_DateTime: "yesterday" });
  const { ids, unreadable } = await readAll(fake, null, { from: new Date("2026-11-18T00:00:00Z") });
  expect(ids.size).toBe(2);
  expect(unreadable.toSorted()).toEqual(["Workday_Account_Signon[0].Signoff_DateTime", "data[2].requestTime"]);
});

test("sign-offs are looked for in the last twelve hours every half hour", async () => {
  const fake = new FakeWorkday();
  fake.signOns.push({ ...signOnRow });
  const first = await readAll(fake);
  expect(first.types).toEqual(["Signon"]);
  fake.signOns[0]!.Signoff_DateTime = "2026-11-18T00:40:00.000-08:00";
  fake.now = new Date("2026-11-18T12:20:00Z");
  const early = await readAll(fake, first.cursor);
  expect(early.types).toEqual([]);
  fake.now = new Date("2026-11-18T12:31:00Z");
  const swept = await readAll(fake, early.cursor);
  expect(swept.types).toEqual(["Signon", "Signoff"]);
  expect([...swept.ids][0]).toBe([...first.ids][0]);
});

test("our own reading of the log, and internal sign-ons, are left out where the settings say so", async () => {
  const fake = new FakeWorkday();
  const reading = { ...activityRow, taskDisplayName: "privacy/activityLogging/userActivity (GET) (v1 - )" };
  for (const systemAccount of ["ISU_Own", "ISU_Other"]) fake.activities.push({ ...reading, systemAccount });
  fake.signOns.push({ ...signOnRow, Authentication_Type: "Trusted" });
  expect((await readAll(fake)).ids.size).toBe(3);
  const more = { settings: { ...settings, integrationUser: "isu_own", internalSignOns: "drop" } };
  const { ids, cursor } = await readAll(fake, null, more);
  expect(ids.size).toBe(1);
  // What is left out moves the position all the same.
  expect(placeIn(cursor, "activities").mark).toBe("2026-11-18T11:55:00.500Z");
});
