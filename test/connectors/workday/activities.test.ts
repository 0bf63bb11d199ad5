import { describe, expect, test } from "vitest";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { activities } from "#src/connectors/workday/activities.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import type { Client, HttpRequest } from "#src/platform/http/client.ts";
import { activityRow, settings, signOnRow } from "./fixtures.ts";

/** Both logs in memory, asked as Workday is asked. */
class FakeWorkday {
  activities: { requestTime: string; systemAccount: string }[] = [];
  signOns: Record<string, string>[] = [];
  now = new Date("2026-11-18T12:00:00.500Z");
  denied = new Set<"activities" | "signOns">();
  asked: { from: string; to: string; offset: number; instances: number; signOns: boolean }[] = [];
  afterCall: (call: number) => void = () => undefined;

  context(more: Partial<StreamContext> = {}): StreamContext {
    const http: Client = {
      request: () => Promise.reject(new Error("not used")),
      get: async (_, options) => this.#answer(this.#readActivities(options?.query ?? {})),
      post: async (_, options) => this.#answer(this.#readSignOns(String((options as HttpRequest).body))),
      pages: () => {
        throw new Error("not used");
      },
      stream: () => {
        throw new Error("not used");
      },
      as: () => {
        throw new Error("not used");
      },
    };
    return {
      http,
      settings,
      components: [],
      credential: null,
      part: null,
      now: () => this.now,
      signal: new AbortController().signal,
      from: new Date("2026-11-18T06:00:00Z"),
      to: null,
      ...more,
    };
  }

  #answer(body: unknown) {
    this.afterCall(this.asked.length);
    return { status: 200, headers: new Headers(), body, url: "", next: null } as never;
  }

  #readActivities(query: NonNullable<HttpRequest["query"]>) {
    if (this.denied.has("activities")) throw new ProviderScopeError("no", []);
    const [from, to] = [Date.parse(String(query.from)), Date.parse(String(query.to))];
    this.asked.push({
      from: String(query.from),
      to: String(query.to),
      offset: Number(query.offset),
      instances: Number(query.instancesReturned),
      signOns: false,
    });
    const rows = this.activities.filter(
      ({ requestTime }) => Date.parse(requestTime) >= from && Date.parse(requestTime) <= to,
    );
    return {
      total: rows.length,
      data: rows.slice(
        Number(query.offset),
        Math.min(Number(query.offset) + 1000, Number(query.instancesReturned) * 10_000),
      ),
    };
  }

  #readSignOns(body: string) {
    if (this.denied.has("signOns")) throw new ProviderScopeError("no", []);
    const value = (name: string) => new RegExp(`${name}>([^<]*)<`).exec(body)![1]!;
    const [from, to] = [value("From_DateTime"), value("To_DateTime")];
    this.asked.push({ from, to, offset: 0, instances: 0, signOns: true });
    const rows = this.signOns.filter(
      (row) =>
        Date.parse(row.Signon_DateTime!) >= Date.parse(from) && Date.parse(row.Signon_DateTime!) <= Date.parse(to),
    );
    const data = rows.map(
      (row) =>
        `<wd:Workday_Account_Signon>${Object.entries(row)
          .map(([key, text]) => `<wd:${key}>${text}</wd:${key}>`)
          .join("")}</wd:Workday_Account_Signon>`,
    );
    return `<env:Envelope xmlns:env="e"><env:Body><wd:Get_Workday_Account_Signons_Response xmlns:wd="w"><wd:Response_Results><wd:Total_Results>${rows.length}</wd:Total_Results><wd:Total_Pages>1</wd:Total_Pages></wd:Response_Results><wd:Response_Data>${data.join("")}</wd:Response_Data></wd:Get_Workday_Account_Signons_Response></env:Body></env:Envelope>`;
  }

  addActivity(requestTime: string, systemAccount = "mholt") {
    this.activities.push({ ...activityRow, requestTime, systemAccount });
    this.activities.sort((a, b) => a.requestTime.localeCompare(b.requestTime));
  }
}

async function readAll(fake: FakeWorkday, cursor: string | null = null, more: Partial<StreamContext> = {}) {
  const ids = new Set<string>();
  const types: string[] = [];
  let last = cursor;
  for await (const page of activities(fake.context(more), cursor)) {
    for (const item of page.items) {
      if (!ids.has(item.externalId)) types.push(item.eventType);
      ids.add(item.externalId);
    }
    last = page.cursor;
  }
  return { ids, types, cursor: last };
}

describe("the position", () => {
  test("stays five minutes behind now, for rows that land late", async () => {
    const fake = new FakeWorkday();
    const { cursor } = await readAll(fake);
    const settled = "2026-11-18T11:55:00.500Z";
    expect(JSON.parse(cursor!)).toEqual({
      activities: settled,
      signOns: settled,
      swept: fake.now.toISOString(),
      sweep: null,
    });
    fake.addActivity("2026-11-18T11:56:00.000Z");
    fake.addActivity("2026-11-18T11:54:00.000Z", "too.late");
    fake.now = new Date("2026-11-18T12:01:00Z");
    fake.asked = [];
    const next = await readAll(fake, cursor);
    expect(next.ids.size).toBe(1);
    const span = ["2026-11-18T11:55:00Z", "2026-11-18T12:01:00Z"];
    expect(fake.asked.map(({ from, to }) => [from, to])).toEqual([span, span]);
  });

  test("moves with each page, but not past what the page holds whole", async () => {
    const fake = new FakeWorkday();
    fake.denied.add("signOns");
    const start = Date.parse("2026-11-18T06:10:00Z");
    for (let second = 0; second < 2500; second++) fake.addActivity(new Date(start + second * 1000 + 300).toISOString());
    const cursors: unknown[] = [];
    for await (const page of activities(fake.context(), null))
      cursors.push([page.items.length, JSON.parse(page.cursor!).activities]);
    expect(cursors).toEqual([
      [1000, new Date(start + 999_000).toISOString()],
      [1000, new Date(start + 1_999_000).toISOString()],
      [500, "2026-11-18T07:00:00.000Z"],
      [0, "2026-11-18T11:55:00.500Z"],
    ]);
  });

  test("gets ahead even when every run ends after its first page", async () => {
    const fake = new FakeWorkday();
    for (let number = 0; number < 12_000; number++)
      fake.addActivity(new Date(Date.parse("2026-11-18T10:00:00Z") + number * 100).toISOString());
    const ids = new Set<string>();
    let cursor: string | null = null;
    let runs = 0;
    for (let ended = false; !ended; runs++) {
      ended = true;
      for await (const page of activities(fake.context(), cursor)) {
        for (const { externalId } of page.items) ids.add(externalId);
        cursor = page.cursor;
        if (page.items.length === 0) continue;
        ended = false;
        break;
      }
    }
    expect(ids.size).toBe(12_000);
    expect(runs).toBeLessThan(20);
  });

  test("of a denied log stays where it is, and the other goes on", async () => {
    const fake = new FakeWorkday();
    fake.addActivity("2026-11-18T11:00:00Z");
    fake.signOns.push(signOnRow);
    fake.denied.add("signOns");
    const first = await readAll(fake);
    expect(JSON.parse(first.cursor!)).toMatchObject({ signOns: null, activities: "2026-11-18T11:55:00.500Z" });
    fake.denied.clear();
    const second = await readAll(fake, first.cursor);
    expect(second.types).toContain("Signon");
    fake.denied.add("activities");
    const pages: unknown[] = [];
    await expect(
      (async () => {
        for await (const page of activities(fake.context(), null)) pages.push(page);
      })(),
    ).rejects.toThrow(ProviderScopeError);
    expect(pages).toHaveLength(2);
  });

  test.each(["nonsense", "[]", "7", '{"activities":"2026-11-18T13:00:00Z","signOns":null,"swept":null}'])(
    "%s is refused",
    async (cursor) => {
      await expect(readAll(new FakeWorkday(), cursor)).rejects.toThrow(StreamCursorError);
    },
  );
});

describe("windows", () => {
  test("are an hour at most, halved for a crowd, and a crowded second takes more instances", async () => {
    const fake = new FakeWorkday();
    fake.denied.add("signOns");
    for (let number = 0; number < 10_500; number++) fake.addActivity("2026-11-18T09:30:00.000Z", `u${number}`);
    const { ids } = await readAll(fake);
    expect(ids.size).toBe(10_500);
    expect(fake.asked.some(({ instances }) => instances === 2)).toBe(true);
    expect(Math.max(...fake.asked.map(({ from, to }) => Date.parse(to) - Date.parse(from)))).toBe(3_600_000);
    expect(fake.asked.length).toBeLessThan(80);
  });

  test("rows at the border of two windows have one id, twins included", async () => {
    const fake = new FakeWorkday();
    fake.denied.add("signOns");
    for (let twin = 0; twin < 3; twin++) fake.addActivity("2026-11-18T07:00:00.000Z");
    expect((await readAll(fake)).ids.size).toBe(3);
    expect((await readAll(fake, null, { from: new Date("2026-11-18T06:37:11Z") })).ids.size).toBe(3);
  });

  test("are read again when a row lands while their pages are read, so nothing is doubled", async () => {
    const fake = new FakeWorkday();
    fake.denied.add("signOns");
    for (let number = 0; number < 1500; number++)
      fake.addActivity(new Date(Date.parse("2026-11-18T11:10:00Z") + number * 1000).toISOString());
    // The row comes in front of those already read: the last of page one becomes the first of page two.
    fake.afterCall = (call) => {
      if (call === 6) fake.addActivity("2026-11-18T11:05:00.000Z", "late");
    };
    const { ids } = await readAll(fake);
    expect(ids.size).toBe(1501);
    expect([...ids].filter((id) => id.includes("-"))).toEqual([]);
  });
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
  expect(JSON.parse(swept.cursor!)).toMatchObject({ swept: "2026-11-18T12:31:00.000Z", sweep: null });
});

test("a sweep that is interrupted goes on where it was", async () => {
  const fake = new FakeWorkday();
  const { cursor } = await readAll(fake);
  fake.now = new Date("2026-11-18T12:40:00Z");
  for (const hour of ["07", "08", "09", "10", "11"])
    fake.signOns.push({ ...signOnRow, Signon_DateTime: `2026-11-18T${hour}:30:00.000Z` });
  const context = { from: new Date("2026-11-18T00:40:00Z") };
  let first: string | null = null;
  for await (const page of activities(fake.context(context), cursor)) {
    if (page.items.length === 0) continue;
    first = page.cursor;
    break;
  }
  expect(JSON.parse(first!)).toMatchObject({ swept: "2026-11-18T12:00:00.500Z", sweep: "2026-11-18T12:40:00.000Z" });
  const rest = await readAll(fake, first, context);
  expect(JSON.parse(rest.cursor!)).toMatchObject({ swept: "2026-11-18T12:40:00.000Z", sweep: null });
});

test("our own reading of the log, and internal sign-ons, are left out where the settings say so", async () => {
  const fake = new FakeWorkday();
  fake.activities.push({
    ...activityRow,
    taskDisplayName: "privacy/activityLogging/userActivity (GET) (v1 - )",
    systemAccount: "ISU_Own",
  } as never);
  fake.activities.push({
    ...activityRow,
    taskDisplayName: "privacy/activityLogging/userActivity (GET) (v1 - )",
    systemAccount: "ISU_Other",
  } as never);
  fake.signOns.push({ ...signOnRow, Authentication_Type: "Trusted" });
  expect((await readAll(fake)).ids.size).toBe(3);
  const more = { settings: { ...settings, integrationUser: "isu_own", internalSignOns: "drop" } };
  const { ids, cursor } = await readAll(fake, null, more);
  expect(ids.size).toBe(1);
  // What is left out moves the position all the same.
  expect(JSON.parse(cursor!).activities).toBe("2026-11-18T11:55:00.500Z");
});
