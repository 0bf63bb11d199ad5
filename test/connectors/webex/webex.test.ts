import { describe, expect, test } from "vitest";
import type { ActivityRecord, FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { webex } from "#src/connectors/webex/index.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const base = "https://webexapis.com/v1";
const hydra = (kind: string, id: string) => Buffer.from(`ciscospark://us/${kind}/${id}`).toString("base64url");
const uuid = "0c5e9a52-7d1b-4f3e-9a55-2f6f3f0d7c11";
const orgId = hydra("ORGANIZATION", "7e0c8a9b-31a2-4a77-8c1d-5ed1c0a4b9e2");
const credential = { extra: { orgId } };

type Answers = (path: string) => FakeAnswer;

/** Answers by path and query, wherever the query was given. */
function contextOf(answers: Answers, more: Partial<StreamContext> = {}): StreamContext {
  const http = new FakeClient(base, (path, { query = {} }) => {
    const given = new URLSearchParams(query as Record<string, string>).toString();
    return answers(given ? `${path}?${given}` : path);
  });
  return { ...http.context({}), credential, ...more };
}

describe("an audit event", () => {
  const event = (data: object) => ({
    ...{ id: "MTExMQ", created: "2026-11-18T09:12:44.120Z", actorId: Buffer.from(uuid).toString("base64url") },
    actorOrgId: orgId,
    data: {
      actorName: "Ines Marsh",
      actorEmail: "ines@acme.test",
      actorIp: "203.0.113.9",
      targetOrgId: orgId,
      ...data,
    },
  });
  const map = (data: object) => webex.mapEvent!(event(data))[0];

  test("names the account as the people API does", () => {
    const data = { eventDescription: "User was updated", targetType: "PERSON", targetId: event({}).actorId };
    const person = hydra("PEOPLE", uuid);
    expect(map(data)).toMatchObject({ actor: { externalId: person }, targets: [{ type: "person", id: person }] });
  });

  test.each([
    [
      "An Admin logged in",
      { eventCategory: "EventCategory.LOGINS" },
      "LOG_ON SIGN_IN Ines Marsh signed in to Control Hub",
    ],
    [
      "User Login Attempted",
      { eventCategory: "LOGINS", actionClientName: "Webex App" },
      "LOG_ON SIGN_IN Ines Marsh signed in to Webex App",
    ],
    [
      "User Login Attempted",
      { eventCategory: "LOGINS", eventStatus: "FAILURE", failedReason: "Invalid credentials" },
      "LOG_ON SIGN_IN Ines Marsh failed to sign in: Invalid credentials",
    ],
    ["User Logout Attempted", { eventCategory: "LOGOUT", failedReason: " " }, "LOG_ON SIGN_OUT Ines Marsh signed out"],
    ["Device Was Created", { targetName: "Room 4" }, "ADMIN CREATE Ines Marsh created a device: Room 4"],
    ["eDiscovery Report Download Was Started", {}, "ADMIN CREATE Ines Marsh started an eDiscovery report download"],
    ["An Admin Uploaded A CSV File", {}, "ADMIN UPLOAD Ines Marsh uploaded a CSV file"],
    [
      "An org setting was created or updated.",
      { settingName: "Sign In Audit", settingValue: "true" },
      "ADMIN UPDATE Ines Marsh changed the setting Sign In Audit to true",
    ],
  ])("of type %s reads as a sentence", (eventDescription, data, expected) => {
    const { category, action, description, unmapped } = map({ eventDescription, ...data })!;
    expect(`${category} ${action} ${description}`).toBe(expected);
    expect(unmapped).toBeUndefined();
  });

  test("that nobody described is kept", () => {
    expect(map({ eventDescription: "Trial Has Expired" })).toMatchObject({ unmapped: true, category: "ADMIN" });
  });

  test("of a partner's administrator is of no account here", () => {
    expect(map({ eventDescription: "User was updated", targetOrgId: hydra("ORGANIZATION", uuid) })).toMatchObject({
      actor: { isAccount: false },
    });
  });
});

test.each([
  [
    "memberships",
    "created",
    { personId: hydra("PEOPLE", "2"), personEmail: "omar@acme.test" },
    "GRANT Someone added omar@acme.test to a space",
  ],
  [
    "memberships",
    "deleted",
    { personId: hydra("PEOPLE", uuid), personEmail: "ines@acme.test" },
    "REVOKE ines@acme.test removed themselves from a space",
  ],
  [
    "messages",
    "created",
    { personId: hydra("PEOPLE", uuid), files: [`${base}/contents/1`] },
    "SHARE Someone shared a file in a space",
  ],
])("the compliance event %s.%s reads as a sentence", (resource, type, data, expected) => {
  const event = { id: "1", resource, type, actorId: hydra("PEOPLE", uuid), created: "2026-11-18T09:00:00.000Z", data };
  const [found] = webex.mapEvent!(event);
  expect(`${found!.action} ${found!.description}`).toBe(expected);
});

/** A log whose records appear some time after they happened. */
interface Late {
  id: string;
  at: number;
  visibleAt: number;
}

test("thirty days of three logs with late records, an outage of the logs and one of ours: nothing is lost, nothing comes twice", async () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  const start = Date.parse("2026-10-01T00:00:00Z");
  const end = start + 30 * day;
  const logs = ["/adminAudit/events", "/admin/securityAudit/events", "/events"];
  const lagOf = (number: number) =>
    number % 97 === 0 ? 20 * hour : number % 13 === 0 ? 2 * hour : number % 5 === 0 ? 7 * minute : 20_000;
  const events = new Map(
    logs.map((log, offset) => [
      log,
      Array.from({ length: 900 }, (_, number): Late => {
        // Some happen in the same millisecond.
        const at = start + Math.floor(number / 2) * (96 * minute) + offset;
        // For six hours of the tenth day nothing appears.
        const held = at > start + 10 * day && at < start + 10.25 * day ? start + 10.25 * day : 0;
        return { id: `${offset}-${number}`, at, visibleAt: Math.max(at + lagOf(number), held) };
      }),
    ]),
  );
  let now = start;
  const answer = (path: string): FakeAnswer => {
    const { pathname, searchParams: query } = new URL(path, base);
    const from = Date.parse(query.get("from") ?? query.get("startTime") ?? "");
    const to = Date.parse(query.get("to") ?? query.get("endTime") ?? new Date(now).toISOString());
    const found = events.get(pathname)!.filter(({ at, visibleAt }) => at > from && at <= to && visibleAt <= now);
    const offset = Number(query.get("offset") ?? 0);
    const items = found
      .toReversed()
      .slice(offset, offset + 40)
      .map(({ id, at }) => ({
        ...{ id, created: new Date(at).toISOString(), actorId: uuid },
        ...(pathname === "/events"
          ? { resource: "messages", type: "created", data: { id } }
          : { data: { eventDescription: "User was updated" } }),
      }));
    const next = offset + 40 < found.length ? new URL(path, base) : null;
    next?.searchParams.set("offset", String(offset + 40));
    return { body: { items }, next: next && next.pathname + next.search };
  };
  const stored = new Map<string, ActivityRecord>();
  let cursor: string | null = null;
  for (let run = 0; now < end + 2 * day; run++, now += 30 * minute) {
    // Gatehouse itself stands still for a day and a half.
    if (now > start + 20 * day && now < start + 21.5 * day) continue;
    const context = contextOf(answer, {
      ...{ now: () => new Date(now), from: new Date(start - hour), to: null },
    });
    let pages = 0;
    for await (const page of webex.streams.ACTIVITIES!(context, cursor)) {
      cursor = page.cursor;
      for (const item of page.items) if ("occurredAt" in item) stored.set(item.externalId, item);
      // A worker dies now and then.
      if (run % 11 === 0 && ++pages === 2) break;
    }
  }
  const expected = [...events.values()].flat().map(({ id }) => id);
  expect(expected.filter((id) => !stored.has(id))).toEqual([]);
  expect(stored.size).toBe(expected.length);
});

describe("a space", () => {
  const message = {
    id: "m1",
    roomId: "r1",
    personId: "p1",
    personEmail: "ines@acme.test",
    files: [`${base}/contents/c1`],
    text: "secret",
    created: "2026-11-18T09:00:00Z",
  };
  const member = (id: number, org = orgId) => ({
    id: `s${id}`,
    personId: `p${id}`,
    personEmail: `p${id}@acme.test`,
    personOrgId: org,
  });
  const head = {
    "content-type": "application/pdf",
    "content-length": "5",
    "content-disposition": "attachment; filename=\"Plan.pdf\"; filename*=UTF-8''Pl%C3%A4n.pdf",
  };
  const answers =
    (members: object[], more: (path: string) => FakeAnswer | undefined = () => undefined): Answers =>
    (path) => {
      const found = more(path);
      if (found) return found;
      if (path.startsWith("/people")) return { body: { items: [{ id: "p1" }] } };
      if (path.startsWith("/rooms/")) return { body: { id: "r1", title: "Plans", type: "group" } };
      if (path.startsWith("/memberships")) return { body: { items: members.map((one) => ({ roomId: "r1", ...one })) } };
      if (path.startsWith("/messages")) return { body: { items: [message] } };
      return { headers: head };
    };
  async function read(given: Answers): Promise<FileItem[]> {
    const items: FileItem[] = [];
    const context = contextOf(given, { part: "content" });
    for await (const page of webex.streams.FILES!(context, null)) items.push(...(page.items as FileItem[]));
    return items;
  }

  test("is a folder whose members can open its files, and the text of messages is not kept", async () => {
    const items = await read(answers([member(1), member(2), member(3, "another")]));
    expect(items.filter(({ kind }) => kind === "file")).toMatchObject([
      { externalId: "r1", isFolder: true, name: "Plans", sharing: "EXTERNAL" },
      {
        externalId: "m1/0",
        path: "/Plans/Plän.pdf",
        size: 5,
        mimeType: "application/pdf",
        sharing: "EXTERNAL",
        owner: { externalId: "p1" },
      },
    ]);
    expect(items).toContainEqual(expect.objectContaining({ fileId: "m1/0", externalId: "p1", role: "OWNER" }));
    expect(items).toContainEqual(
      expect.objectContaining({ fileId: "m1/0", externalId: "p3", role: "READ", inherited: true }),
    );
    expect(JSON.stringify(items)).not.toContain("secret");
  });

  test("of many members names those from outside and the author, and the others as one", async () => {
    const many = Array.from({ length: 300 }, (_, index) => member(index + 1));
    const items = await read(answers([...many, member(999, "another")]));
    const people = items.filter((item) => item.kind === "collaborator" && item.fileId === "m1/0");
    expect(people).toMatchObject([
      { externalId: "p1" },
      { externalId: "p999" },
      { principal: "GROUP", externalId: "r1" },
    ]);
  });

  test("whose messages are not shown is no empty space", async () => {
    const hidden = answers([member(1)], (path) => (path.startsWith("/messages") ? { status: 404 } : undefined));
    await expect(read(hidden)).rejects.toThrow(ProviderScopeError);
  });

  test("is read again when a person joins it, and a deleted message takes its files away", async () => {
    const given = answers([member(1), member(2, "another")], (path) => {
      if (!path.startsWith("/events")) return undefined;
      const isMessage = path.includes("resource=messages");
      const [resource, type] = isMessage ? ["messages", "deleted"] : ["memberships", "created"];
      const data = isMessage ? { id: "m9" } : { roomId: "r1" };
      return { body: { items: [{ id: resource, resource, type, created: "2026-11-20T11:55:00.000Z", data }] } };
    });
    const items: FileItem[] = [];
    let cursor: string | null = null;
    // The second run meets the same events again.
    for (const minute of ["12:00", "12:01"]) {
      const now = () => new Date(`2026-11-20T${minute}:00Z`);
      const context = contextOf(given, { part: "changes", from: new Date("2026-11-20T10:00:00Z"), now });
      for await (const page of webex.streams.FILES!(context, cursor)) {
        cursor = page.cursor;
        items.push(...(page.items as FileItem[]));
      }
    }
    expect(items.filter(({ kind }) => kind === "removed")).toHaveLength(10);
    expect(items.filter(({ kind }) => kind === "file")).toMatchObject([{ externalId: "r1" }, { externalId: "m1/0" }]);
  });
});
