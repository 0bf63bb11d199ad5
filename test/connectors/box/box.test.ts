import { describe, expect, test } from "vitest";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { durationOf } from "#src/connectors/box/checks/sign-in.ts";
import { box } from "#src/connectors/box/index.ts";
import { ConflictError, InvalidInputError, ProviderResponseError, ProviderUnavailableError } from "#src/errors.ts";
import { contextOf } from "../../connector-kit/context.ts";
import { FakeClient } from "../fake-client.ts";

const person = (id: string, name: string) => ({ type: "user", id, name, login: `${name.toLowerCase()}@tern.example` });
const [ines, omar] = [person("33000111", "Ines"), person("33000112", "Omar")];

const event = (event_type: string, more: object = {}) => ({
  ...{ type: "event", event_id: "e1", event_type, created_at: "2026-11-20T03:10:00-08:00", created_by: ines },
  ...{ ip_address: "203.0.113.9", session_id: null, source: null, additional_details: null, ...more },
});

describe("an event", () => {
  const deals = { type: "folder", id: "9", name: "Deals" };
  const plan = { item_type: "file", item_id: "55", item_name: "plan.docx", parent: deals, owned_by: omar };

  test.each([
    [
      "UPLOAD",
      { source: plan },
      "Ines uploaded plan.docx to Deals",
      [{ type: "file", id: "file_55", name: "plan.docx" }],
    ],
    [
      "COLLABORATION_INVITE",
      {
        source: { folder_id: "9", folder_name: "Deals", owned_by: ines },
        accessible_by: omar,
        additional_details: { role: "Editor" },
      },
      "Ines invited Omar to Deals as editor",
      [
        { type: "folder", id: "folder_9", name: "Deals" },
        { type: "user", id: omar.id, name: "Omar" },
      ],
    ],
    [
      "GROUP_ADD_USER",
      { source: { user_id: omar.id, user_name: "Omar", group_id: "7", group_name: "Sales" } },
      "Ines added Omar to the group Sales",
      [
        { type: "user", id: omar.id, name: "Omar" },
        { type: "group", id: "7", name: "Sales" },
      ],
    ],
    [
      "SHIELD_ALERT",
      {
        created_by: { type: "user", id: "2", name: "Unknown User", login: "" },
        additional_details: JSON.stringify({
          shield_alert: {
            rule_name: "Odd downloads",
            user: { id: 33000112, name: "Omar", email: "omar@tern.example" },
          },
        }),
      },
      "Shield raised an alert: Odd downloads about Omar",
      [{ type: "user", id: omar.id, name: "Omar" }],
    ],
  ])("%s reads as a sentence, with what it is about", (type, more, description, targets) => {
    expect(box.mapEvent?.(event(type, more))).toMatchObject([{ description, targets }]);
  });

  test("names who did it: the administrator who acted for somebody, nobody for a visitor, the source of a sign-in", () => {
    const mapped = (more: object, type = "DOWNLOAD") => box.mapEvent?.(event(type, more))[0];
    expect(mapped({ action_by: omar })).toMatchObject({ actor: { externalId: omar.id }, impersonated: true });
    const visitor = { created_by: { type: "user", id: "2", name: "Unknown User", login: "" } };
    expect(mapped(visitor)?.actor).toEqual({ externalId: null, name: "Unknown User", isAccount: false });
    const failed = mapped({ created_by: null, source: omar }, "FAILED_LOGIN");
    expect(failed).toMatchObject({ actor: { externalId: omar.id }, category: "LOG_ON", outcome: "FAILURE" });
  });

  test("of a type that nobody knows is kept, with a guess", () => {
    expect(box.mapEvent?.(event("SPACE_STATION_CREATED", { source: plan }))).toMatchObject([
      { unmapped: true, eventType: "SPACE_STATION_CREATED", description: expect.stringContaining("Ines") },
    ]);
  });
});

describe("the event stream", () => {
  const read = async (text: string) => {
    const pages = [text, '{"chunk_size":0,"next_stream_position":"9","entries":[]}'];
    const context = contextOf(() => ({ body: pages.shift() }));
    for await (const _ of box.streams.ACTIVITIES!(context, null));
    return context.http.calls.map(({ request }) => request.query?.stream_position);
  };

  test("goes on from a position that is a number too large for JSON.parse", async () => {
    const page = JSON.stringify({ chunk_size: 1, next_stream_position: 0, entries: [event("LOGIN")] });
    const exact = page.replace('"next_stream_position":0', '"next_stream_position": 1152922976252290887');
    expect(await read(exact)).toEqual(["0", "1152922976252290887"]);
  });

  test("does not take a page without a position for the end", async () => {
    await expect(read('{"chunk_size":0,"entries":[]}')).rejects.toThrow(ProviderResponseError);
  });

  test("of a back-fill is asked for by time", async () => {
    const context = contextOf(() => ({ body: '{"next_stream_position":"1","entries":[]}' }), {
      to: new Date("2026-11-19T00:00:00Z"),
    });
    for await (const _ of box.streams.ACTIVITIES!(context, null));
    expect(context.http.calls[0]?.request.query).toMatchObject({
      stream_type: "admin_logs",
      created_before: "2026-11-19T00:00:00.000Z",
    });
  });
});

test("an inactive person whom nobody may act as is set aside, and the others are read", async () => {
  const root = (owner: typeof ines) => ({
    entries: [{ type: "file", id: owner.id.slice(-3), name: "a.pdf", owned_by: owner, shared_link: null }],
  });
  const users = {
    entries: [
      { id: ines.id, status: "inactive" },
      { id: omar.id, status: "active" },
    ],
  };
  const context = contextOf((path, { headers }) => {
    if (path.startsWith("/2.0/users")) return { body: users };
    if (path.startsWith("/2.0/folders/trash")) return { body: { entries: [] } };
    return headers?.["as-user"] === ines.id ? { status: 403 } : { body: root(omar) };
  });
  const items: object[] = [];
  for await (const page of box.streams.FILES!({ ...context, part: "content" }, null)) items.push(...page.items);
  expect(items).toMatchObject([{ kind: "unreadable" }, { kind: "file", externalId: "file_112", container: omar.id }]);
});

describe("content", () => {
  const file = { kind: "file", externalId: "file_55", container: ines.id } as Extract<FileItem, { kind: "file" }>;
  const contentOf = async (answers: ConstructorParameters<typeof FakeClient>[1]) => {
    const http = new FakeClient("https://api.box.com", answers);
    const pieces: Uint8Array[] = [];
    for await (const piece of box.readContent!(http.context({}), file)) pieces.push(piece);
    return { http, text: Buffer.concat(pieces).toString() };
  };

  test("comes from the content network, which gets no credential", async () => {
    const location = "https://dl.boxcloud.com/d/1/x/download";
    const { http, text } = await contentOf((path) =>
      path === "/d/1/x/download" ? { body: "name,card" } : { status: 302, headers: { location } },
    );
    expect(text).toBe("name,card");
    expect(http.calls.map(({ request }) => [request.headers?.["as-user"], request.sign])).toEqual([
      [ines.id, undefined],
      [undefined, false],
    ]);
  });

  test("that is not ready is no empty content", async () => {
    await expect(contentOf(() => ({ status: 202, body: Buffer.alloc(0) }))).rejects.toThrow(ProviderUnavailableError);
  });
});

describe("an action on a file", () => {
  const context = contextOf(() => ({ status: 404 }));
  const run = (kind: "TRASH_FILE" | "SET_SHARED_LINK_ACCESS", externalId: string, container: string | null) =>
    (async () => box.actions[kind]!(context, { file: { externalId, container }, parameters: {} }))();

  test("needs to know its owner, its type and its parameters", async () => {
    await expect(run("TRASH_FILE", "file_1", null)).rejects.toThrow(ConflictError);
    await expect(run("TRASH_FILE", "1", ines.id)).rejects.toThrow(InvalidInputError);
    await expect(run("SET_SHARED_LINK_ACCESS", "file_1", ines.id)).rejects.toThrow("The audience of a link is one of");
  });

  const item = (shared_link: object | null) => ({
    ...{ type: "file", id: "1", owned_by: ines, parent: { id: "0" }, item_status: "active", shared_link },
  });
  const restore = (before: object, current: object | null) => {
    const live = contextOf((path, { method }) =>
      path.includes("/collaborations") ? { body: { entries: [] } } : { body: method === "PUT" ? {} : item(current) },
    );
    const target = { file: { externalId: "file_1", container: ines.id }, parameters: { before } };
    return { live, done: box.actions.RESTORE_FILE!(live, target) };
  };

  test("cannot make a link with a password again, and says so instead of making one without", async () => {
    const link = { access: "open", expiresAt: null, canDownload: true, password: true };
    const { live, done } = restore({ parent: "0", link, collaborations: [] }, null);
    await expect(done).rejects.toThrow(ConflictError);
    expect(live.http.calls.filter(({ method }) => method !== "GET")).toEqual([]);
    // One that was only narrowed still has it.
    const narrowed = { access: "company", unshared_at: null, is_password_enabled: true };
    const again = restore({ parent: "0", link, collaborations: [] }, narrowed);
    expect((await again.done).changed).toBe(true);
  });

  test("names the folder through which somebody has access", async () => {
    const through = { type: "folder", id: "9", name: "Deals" };
    const shared = { id: "5", item: through, accessible_by: omar, role: "viewer", status: "accepted" };
    const live = contextOf((path) =>
      path.includes("/collaborations") ? { body: { entries: [shared] } } : { body: item(null) },
    );
    const target = { file: { externalId: "file_1", container: ines.id }, parameters: { externalId: omar.id } };
    await expect(box.actions.REMOVE_COLLABORATOR!(live, target)).rejects.toThrow("Deals");
  });
});

test.each([
  ["1 hour", 3600],
  ["30 minutes", 1800],
  ["2 weeks", 1_209_600],
  [900, 900],
  ["until sunset", null],
  [null, null],
])("the session duration %j is %j seconds", (value, seconds) => {
  expect(durationOf(value)).toBe(seconds);
});

test.each([
  [{}, ["clientId", "clientSecret", "enterpriseId"]],
  [{ mode: "oauth", clientId: "a1b2c3d4", clientSecret: "s" }, []],
  [{ mode: "jwt" }, ["jwtCredential"]],
  [{ mode: "jwt", jwtCredential: '{"boxAppSettings":{"clientID":"x"}}' }, ["jwtCredential"]],
  [{ mode: "jwt", jwtCredential: "not JSON, and perhaps a key" }, ["jwtCredential"]],
  [{ mode: "oauth", clientId: "a1b2c3d4", clientSecret: "s", watchedFolders: "1" }, ["webhookPrimaryKey"]],
])("settings %j lack %j, and nothing of them is quoted", (settings: Record<string, string>, missing) => {
  const problems: InvalidInputError[] = [];
  try {
    box.normaliseSettings?.(settings);
  } catch (error) {
    problems.push(...(error as { problems?: InvalidInputError[] }).problems!);
  }
  expect(problems.map(({ field }) => field?.at(-1))).toEqual(missing);
  for (const { message } of problems) expect(message).not.toContain("perhaps");
});
