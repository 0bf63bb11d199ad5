import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { reshareStored } from "#src/inventory/files/reshare-stored.ts";
import { type Data, idOf, startApp, type TestApp } from "../support/app.ts";
import { anyone, file, folder, reader } from "../support/file-items.ts";
import { activityRecord, addActivities, addFiles, ago, newest, range, seedInstance } from "../support/seed.ts";

let app: TestApp;
let drive: number;
let other: number;

beforeAll(async () => {
  app = await startApp();
  drive = await seedInstance(app.core, "github", "drive");
  other = await seedInstance(app.core, "okta", "other");
  const sql = rawSql(app.core.db);
  for (const id of [drive, other]) {
    await sql`insert into streams (instance_id, stream, from_at) values (${id}, 'FILES', now())`;
    await sql`update instances set tenant_domains = '{example.com}' where id = ${id}`;
  }
  await addFiles(app.core, drive, [
    folder("top", { path: "/top", modifiedAt: null }),
    file("plan", {
      name: "Plan.DOCX",
      path: "/top/Plan.DOCX",
      parentId: "top",
      mimeType: "Application/Word",
      size: 5_000_000_000,
      owner: { externalId: "u1", name: "User 1" },
      modifiedBy: { login: "USER2@example.com" },
      sharing: "PUBLIC",
      link: {
        audience: "PUBLIC",
        expiresAt: new Date("2099-01-01T00:00:00Z"),
        password: true,
        canDownload: false,
        url: "https://drive.example/s/1",
      },
      labels: ["Secret", "Finance"],
      createdAt: ago(50),
      modifiedAt: ago(10),
      viewedAt: ago(5),
      raw: { title: "Plan.DOCX" },
    }),
    reader("plan", "user3@example.com"),
    { kind: "collaborator", fileId: "plan", principal: "GROUP", externalId: "g1", role: "WRITE", inherited: true },
    { kind: "collaborator", fileId: "plan", principal: "DOMAIN", domain: "Partner.example", role: "COMMENT" },
    anyone("plan"),
    file("notes", {
      path: "/top/notes.txt",
      parentId: "top",
      modifiedAt: ago(20),
      owner: { name: "Somebody Else" },
      sharing: "INTERNAL",
    }),
    reader("notes", "user3@example.com"),
    file("draft", { path: "/topless/draft.txt", modifiedAt: ago(30), sharing: null, trashedAt: ago(1), size: 7 }),
    file("shared", { modifiedAt: ago(40), sharing: "EXTERNAL", quarantined: true }),
    reader("shared", "eve@mail.example"),
    file("old", { modifiedAt: ago(60) }),
  ]);
  await addFiles(app.core, drive, [{ kind: "removed", externalId: "old" }]);
  await addFiles(app.core, other, [
    file("theirs", { modifiedAt: ago(15), owner: { externalId: "u1" }, labels: ["Theirs"] }),
  ]);
});

const listed = async (args: string, token?: string): Promise<string[]> =>
  (
    await app.data(`{ files(first: 50${args === "" ? "" : `, ${args}`}) { nodes { externalId } } }`, {}, token)
  ).files.nodes.map(({ externalId }: Data) => externalId);
const refusal = async (query: string, token?: string) => {
  const { errors } = await app.ask(query, {}, token);
  return errors.map(({ message, extensions }) => [message, extensions.field]);
};

describe("a file", () => {
  test("is read whole, with its folder, people, link, labels and raw record", async () => {
    const { node } = await app.data(
      `query ($id: ID!) { node(id: $id) { ... on File {
        instance { name } externalId name isFolder path container mimeType size ownerName sharing labels createdAt modifiedAt viewedAt trashed quarantined removedAt raw
        parent { externalId isFolder parent { id } } owner { externalId } lastEditor { externalId }
        link { audience expiresAt passwordProtected canDownload url }
        collaborators { totalCount nodes { principal email domain role external inherited user { externalId } group { externalId } } }
        inspection { status inspectedAt reason matches { count } }
      } } }`,
      { id: idOf("File", drive, "plan") },
    );
    expect(node).toEqual({
      instance: { name: "drive" },
      externalId: "plan",
      name: "Plan.DOCX",
      isFolder: false,
      path: "/top/Plan.DOCX",
      container: "d",
      mimeType: "application/word",
      size: 5_000_000_000,
      ownerName: "User 1",
      sharing: "PUBLIC",
      labels: ["Finance", "Secret"],
      createdAt: ago(50).toISOString(),
      modifiedAt: ago(10).toISOString(),
      viewedAt: ago(5).toISOString(),
      trashed: false,
      quarantined: false,
      removedAt: null,
      raw: { title: "Plan.DOCX" },
      parent: { externalId: "top", isFolder: true, parent: null },
      owner: { externalId: "u1" },
      lastEditor: { externalId: "u2" },
      link: {
        audience: "PUBLIC",
        expiresAt: "2099-01-01T00:00:00.000Z",
        passwordProtected: true,
        canDownload: false,
        url: "https://drive.example/s/1",
      },
      collaborators: {
        totalCount: 4,
        nodes: [
          {
            principal: "ANYONE",
            email: null,
            domain: null,
            role: "READ",
            external: true,
            inherited: null,
            user: null,
            group: null,
          },
          {
            principal: "DOMAIN",
            email: null,
            domain: "partner.example",
            role: "COMMENT",
            external: true,
            inherited: null,
            user: null,
            group: null,
          },
          {
            principal: "GROUP",
            email: null,
            domain: null,
            role: "WRITE",
            external: false,
            inherited: true,
            user: null,
            group: { externalId: "g1" },
          },
          {
            principal: "USER",
            email: "user3@example.com",
            domain: "example.com",
            role: "READ",
            external: false,
            inherited: false,
            user: { externalId: "u3" },
            group: null,
          },
        ],
      },
      inspection: { status: "NOT_REQUESTED", inspectedAt: null, reason: null, matches: [] },
    });
  });

  test("pages its collaborators, and filters them", async () => {
    const query = (args: string) =>
      `query ($id: ID!) { node(id: $id) { ... on File { collaborators(${args}) { totalCount pageInfo { hasNextPage endCursor } nodes { principal } } } } }`;
    const ask = async (args: string) => {
      const { node } = await app.data(query(args), { id: idOf("File", drive, "plan") });
      return node.collaborators;
    };
    const first = await ask("first: 3");
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    expect((await ask(`first: 3, after: "${first.pageInfo.endCursor}"`)).nodes).toEqual([{ principal: "USER" }]);
    const kinds = async (filter: string) =>
      (await ask(`filter: { ${filter} }`)).nodes.map(({ principal }: Data) => principal);
    expect(await kinds("external: true")).toEqual(["ANYONE", "DOMAIN"]);
    expect(await kinds("inherited: true")).toEqual(["GROUP"]);
    expect(await kinds('domains: ["EXAMPLE.com"]')).toEqual(["USER"]);
    expect(await kinds("roles: [WRITE, COMMENT], principals: [GROUP, USER]")).toEqual(["GROUP"]);
  });

  test("shows what content inspection found, the surest first", async () => {
    const sql = rawSql(app.core.db);
    await sql`update files set inspection_status = 'INSPECTED', inspected_at = ${newest.toISOString()}::timestamptz where instance_id = ${drive} and external_id = 'notes'`;
    await sql`insert into file_matches (instance_id, file_id, detector, count, confidence, samples) values
      (${drive}, 'notes', 'iban', 9, 'LOW', '{}'), (${drive}, 'notes', 'card', 2, 'HIGH', '{••••1111}')`;
    const { node } = await app.data(
      "query ($id: ID!) { node(id: $id) { ... on File { inspection { status inspectedAt matches { count confidence samples } } } } }",
      { id: idOf("File", drive, "notes") },
    );
    expect(node.inspection).toEqual({
      status: "INSPECTED",
      inspectedAt: newest.toISOString(),
      matches: [
        { count: 2, confidence: "HIGH", samples: ["••••1111"] },
        { count: 9, confidence: "LOW", samples: [] },
      ],
    });
  });

  test("and its activities lead to each other, whichever was known first", async () => {
    await addActivities(app.core, drive, [
      activityRecord(1000, {
        occurredAt: ago(3),
        targets: [
          { type: "FILE", id: "later" },
          { type: "FILE", id: "plan" },
          { type: "FILE", id: "plan" },
        ],
      }),
      activityRecord(1001, {
        occurredAt: ago(2),
        targets: [
          { type: "FILE", id: "plan" },
          { type: "FILE", id: "never" },
        ],
      }),
    ]);
    await addActivities(app.core, other, [activityRecord(1002, { targets: [{ type: "FILE", id: "plan" }] })]);
    await addFiles(app.core, drive, [file("later", { modifiedAt: ago(100) })]);
    const { nodes } = await app.data(
      "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on File { activities(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { externalId files { externalId } } } } } }",
      { ids: [idOf("File", drive, "plan"), idOf("File", drive, "later")] },
    );
    expect(nodes).toMatchObject([
      {
        activities: {
          totalCount: 2,
          pageInfo: { hasNextPage: true },
          nodes: [{ externalId: "a1001", files: [{ externalId: "plan" }] }],
        },
      },
      {
        activities: {
          totalCount: 1,
          nodes: [{ externalId: "a1000", files: [{ externalId: "later" }, { externalId: "plan" }] }],
        },
      },
    ]);
    const { node } = await app.data(
      "query ($id: ID!, $after: String) { node(id: $id) { ... on File { activities(after: $after) { nodes { externalId } } } } }",
      { id: idOf("File", drive, "plan"), after: nodes[0].activities.pageInfo.endCursor },
    );
    expect(node.activities.nodes).toEqual([{ externalId: "a1000" }]);
    await addFiles(app.core, drive, [{ kind: "removed", externalId: "later" }]);
  });
});

describe("files", () => {
  test("that exist come newest change first, of all instances; removed ones when they are asked for", async () => {
    expect(await listed("")).toEqual(expect.arrayContaining(["plan", "theirs", "notes", "draft", "shared", "top"]));
    expect((await listed("")).filter((id) => id !== "top")).toEqual(["plan", "theirs", "notes", "draft", "shared"]);
    expect(await listed("filter: { removed: true }")).toEqual(["old", "later"]);
  });

  test("are ordered by name and by size, both ways, page by page from either end", async () => {
    const orders = {
      "{ field: NAME }": ["draft", "notes", "plan", "shared", "theirs", "top"],
      "{ field: NAME, direction: DESC }": ["top", "theirs", "shared", "plan", "notes", "draft"],
      "{ field: SIZE }": ["plan", "theirs", "shared", "notes", "draft", "top"],
      "{ field: MODIFIED, direction: ASC }": ["shared", "draft", "notes", "theirs", "plan", "top"],
    };
    for (const [order, expected] of Object.entries(orders)) {
      const all = await listed(`orderBy: ${order}`);
      if (order.includes("SIZE")) expect([all[0], ...all.slice(-2)]).toEqual(["plan", "draft", "top"]);
      else expect([order, all]).toEqual([order, expected]);
      for (const [forward, place, size, end] of [
        ["first", "after", "hasNextPage", "endCursor"],
        ["last", "before", "hasPreviousPage", "startCursor"],
      ]) {
        let cursor: string | null = null;
        const found: string[] = [];
        do {
          const { files } = (await app.data(
            `query ($at: String) { files(orderBy: ${order}, ${forward}: 2, ${place}: $at) { nodes { externalId } pageInfo { ${size} ${end} } } }`,
            { at: cursor },
          )) as Data;
          const page = files.nodes.map(({ externalId }: Data) => externalId);
          if (forward === "first") found.push(...page);
          else found.unshift(...page);
          cursor = files.pageInfo[size!] ? files.pageInfo[end!] : null;
        } while (cursor !== null);
        expect([order, forward, found]).toEqual([order, forward, all]);
      }
    }
  });

  test("are filtered by every condition, and by its negation", async () => {
    const owner = idOf("User", drive, "u1");
    const cases: Record<string, string[]> = {
      [`instanceIds: ["${idOf("Instance", other)}"]`]: ["theirs"],
      "sharing: [PUBLIC]": ["plan"],
      "sharing: [EXTERNAL]": ["shared"],
      "sharing: [EXTERNAL, PUBLIC]": ["plan", "shared"],
      "sharing: [INTERNAL, PUBLIC]": ["plan", "notes"],
      [`ownerIds: ["${owner}"]`]: ["plan"],
      [`ownerIds: ["${owner}", "${idOf("User", other, "u1")}"]`]: ["plan", "theirs"],
      'collaboratorDomains: ["MAIL.example", "partner.example"]': ["plan", "shared"],
      'extensions: [".docx"]': ["plan"],
      'mimeTypes: ["APPLICATION/word"]': ["plan"],
      'labels: ["Secret", "Theirs"]': ["plan", "theirs"],
      "isFolder: true": ["top"],
      "trashed: true": ["draft"],
      "quarantined: true": ["shared"],
      [`modifiedFrom: "${ago(20).toISOString()}"`]: ["plan", "theirs", "notes"],
      [`modifiedFrom: "${ago(30).toISOString()}", modifiedTo: "${ago(15).toISOString()}"`]: ["notes", "draft"],
      'path: "/top/"': ["plan", "notes", "top"],
      'search: "pLaN"': ["plan"],
      'search: "body else"': ["notes"],
      'search: "shared"': ["shared"],
      "not: { sharing: [PUBLIC, EXTERNAL, INTERNAL, PRIVATE] }": ["draft"],
    };
    const everything = (await listed("")).sort();
    for (const [filter, expected] of Object.entries(cases)) {
      expect([filter, (await listed(`filter: { ${filter} }`)).sort()]).toEqual([filter, [...expected].sort()]);
      const others = everything.filter((id) => !expected.includes(id));
      expect([filter, (await listed(`filter: { not: { ${filter} } }`)).sort()]).toEqual([filter, others]);
      for (const order of ["NAME", "SIZE"])
        expect((await listed(`filter: { ${filter} }, orderBy: { field: ${order} }`)).sort()).toEqual(
          [...expected].sort(),
        );
    }
  });

  test("of an instance and of an owner are lists of their own", async () => {
    const { nodes } = await app.data(
      "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Instance { files(first: 2) { totalCount nodes { externalId } } } ... on User { files(orderBy: { field: NAME }) { nodes { externalId instance { name } } } } } }",
      { ids: [idOf("Instance", other), idOf("User", drive, "u1")] },
    );
    expect(nodes).toEqual([
      { files: { totalCount: 1, nodes: [{ externalId: "theirs" }] } },
      { files: { nodes: [{ externalId: "plan", instance: { name: "drive" } }] } },
    ]);
  });

  test("are counted by sharing, app, owner, type and label", async () => {
    const counts = async (groupBy: string, args = "") =>
      (await app.data(`{ fileStats(groupBy: ${groupBy}${args}) { key count owner { externalId } instance { name } } }`))
        .fileStats;
    const plain = (buckets: Data[]) => Object.fromEntries(buckets.map(({ key, count }) => [key, count]));
    expect(plain(await counts("SHARING"))).toEqual({ PRIVATE: 2, PUBLIC: 1, INTERNAL: 1, EXTERNAL: 1, "": 1 });
    expect(plain(await counts("TYPE", ", filter: { isFolder: false }"))).toEqual({ txt: 4, docx: 1 });
    expect(plain(await counts("LABEL"))).toEqual({ Secret: 1, Finance: 1, Theirs: 1 });
    expect((await counts("INSTANCE"))[0]).toMatchObject({ count: 5, instance: { name: "drive" }, owner: null });
    const owners = await counts("OWNER");
    expect(owners[0]).toMatchObject({ key: "", count: 4, owner: null, instance: null });
    expect(
      owners
        .slice(1)
        .map(({ owner, instance }: Data) => [owner.externalId, instance.name])
        .sort(),
    ).toEqual([
      ["u1", "drive"],
      ["u1", "other"],
    ]);
    expect(await counts("TYPE", ", first: 1")).toHaveLength(1);
  });

  test("of other instances are neither listed, counted, loaded nor found by their labels", async () => {
    const { secret } = await app.newToken("VIEWER", [other]);
    expect(await listed("", secret)).toEqual(["theirs"]);
    expect(await listed("orderBy: { field: SIZE }", secret)).toEqual(["theirs"]);
    expect(await listed("filter: { sharing: [PUBLIC] }", secret)).toEqual([]);
    expect((await app.data("{ fileStats(groupBy: SHARING) { key count } }", {}, secret)).fileStats).toEqual([
      { key: "PRIVATE", count: 1 },
    ]);
    expect(
      (await app.data("query ($id: ID!) { node(id: $id) { id } }", { id: idOf("File", drive, "plan") }, secret)).node,
    ).toBeNull();
    expect(await refusal('{ files(filter: { labels: ["Secret"] }) { nodes { id } } }', secret)).toEqual([
      ['No file has the label "Secret".', ["filter", "labels", "0"]],
    ]);
  });

  test("cannot be asked for by what no file can match, and the error names the condition", async () => {
    const asking = (filter: string) => refusal(`{ files(filter: { ${filter} }) { nodes { id } } }`);
    expect(await asking('not: { labels: ["Secret", "Nothing"] }')).toEqual([
      ['No file has the label "Nothing".', ["filter", "not", "labels", "1"]],
    ]);
    expect(await asking(`modifiedFrom: "${ago(1).toISOString()}", modifiedTo: "${ago(2).toISOString()}"`)).toEqual([
      ["`modifiedFrom` must lie before `modifiedTo`.", ["filter", "modifiedFrom"]],
    ]);
    expect(await asking("not: { sharing: [] }")).toEqual([
      ["`sharing` is empty, and no file matches that. Leave it out to match all.", ["filter", "not", "sharing"]],
    ]);
    expect(
      await asking(`instanceIds: ["${idOf("Instance", drive)}"], ownerIds: ["${idOf("User", other, "u1")}"]`),
    ).toEqual([["None of `ownerIds` is an account of one of `instanceIds`.", ["filter", "ownerIds"]]]);
    expect(await asking(`ownerIds: ["${idOf("Group", drive, "g1")}"]`)).toEqual([
      ["This is the id of a Group; a User is needed here.", ["filter", "ownerIds"]],
    ]);
    expect(await refusal('{ files(orderBy: { field: SIZE }, after: "WyJhIl0") { nodes { id } } }')).toEqual([
      ["This is not a cursor of this list.", ["after"]],
    ]);
    expect(await refusal("{ fileStats(groupBy: TYPE, first: 201) { key } }")).toEqual([
      ["`first` must be between 1 and 200.", ["first"]],
    ]);
  });
});

describe("fileChanged", () => {
  const changed =
    "subscription ($filter: FileFilter, $after: String) { fileChanged(filter: $filter, after: $after) { externalId sharing removedAt changeCursor owner { externalId } collaborators { totalCount } } }";
  const names = (received: Data[]) => received.map(({ externalId }) => externalId);
  const add = (...items: FileItem[]) => addFiles(app.core, drive, items);

  test("delivers new, changed and removed files, and resumes behind any of them without a gap or a repeat", async () => {
    const { streamCursor } = (await app.data("{ files(first: 1) { streamCursor } }")).files;
    const reader1 = app.subscribe(changed, { after: streamCursor });
    await add(file("c1"), file("c2"), reader("c2", "eve@mail.example"), file("c3"));
    await add(file("c1"), file("c2", { version: "2" }), { kind: "removed", externalId: "c3" });
    await reader1.until(5);
    expect(names(reader1.received)).toEqual(["c1", "c2", "c3", "c2", "c3"]);
    expect(reader1.received[4].removedAt).not.toBeNull();
    reader1.stop();
    for (const from of range(5)) {
      const again = app.subscribe(changed, { after: reader1.received[from].changeCursor });
      if (from < 4) await again.until(4 - from);
      else await sleep(200);
      expect(names(again.received)).toEqual(["c1", "c2", "c3", "c2", "c3"].slice(from + 1));
      again.stop();
    }
    // What a query returned resumes as well.
    const { node } = await app.data("query ($id: ID!) { node(id: $id) { ... on File { changeCursor } } }", {
      id: idOf("File", drive, "c1"),
    });
    const later = app.subscribe(changed, { after: node.changeCursor });
    await add(file("c1", { version: "9" }));
    expect(names(await later.until(1))).toEqual(["c1"]);
    later.stop();
  });

  test("delivers what its filter wants, by memory or by the database, live", async () => {
    const filters: Record<string, object> = {
      outside: { sharing: ["EXTERNAL", "PUBLIC"] },
      byDomain: { collaboratorDomains: ["mail.example"] },
      notByDomain: { not: { collaboratorDomains: ["mail.example"] }, path: "/live" },
      byType: { extensions: [".csv"] },
      elsewhere: { instanceIds: [idOf("Instance", other)] },
      exists: { removed: false, path: "/live" },
    };
    const readers = Object.entries(filters).map(
      ([name, filter]) => [name, app.subscribe(changed, { filter })] as const,
    );
    const all = app.subscribe(changed);
    await sleep(400);
    await add(
      file("l1", { name: "l1.csv", path: "/live/l1" }),
      file("l2", { path: "/live/l2" }),
      reader("l2", "eve@mail.example"),
      file("l3"),
      anyone("l3"),
    );
    await add({ kind: "removed", externalId: "l1" });
    await all.until(4);
    await sleep(300);
    const found = Object.fromEntries(readers.map(([name, { received }]) => [name, received]));
    const { exists, ...others } = found;
    expect(Object.fromEntries(Object.entries(others).map(([name, received]) => [name, names(received)]))).toEqual({
      outside: ["l2", "l3"],
      byDomain: ["l2"],
      notByDomain: ["l1", "l1"],
      byType: ["l1", "l1"],
      elsewhere: [],
    });
    // A file is delivered as it is then: `l1` may be removed already.
    expect(names(exists!)).toContain("l2");
    expect(exists!.filter(({ removedAt }) => removedAt !== null)).toEqual([]);
    for (const [, one] of readers) one.stop();
    all.stop();
  });

  test("delivers nothing of instances that the viewer may not see, and nothing once the token has ended", async () => {
    const { id, secret } = await app.newToken("VIEWER", [other]);
    const limited = app.subscribe(changed, {}, secret);
    await sleep(300);
    await add(file("r1"));
    await addFiles(app.core, other, [file("r2")]);
    expect(names(await limited.until(1))).toEqual(["r2"]);
    await app.data("mutation ($id: ID!) { revokeApiToken(id: $id) { userErrors { message } } }", {
      id: idOf("ApiToken", id),
    });
    // Within seconds, by itself.
    expect(await limited.ended).toBeTruthy();
    await addFiles(app.core, other, [file("r3")]);
    expect(names(limited.received)).toEqual(["r2"]);
  });

  test("refuses a filter that nothing can match, and a cursor that is none", async () => {
    expect(await app.subscribe(changed, { filter: { extensions: [] } }).ended).toMatchObject([
      { extensions: { field: ["filter", "extensions"] } },
    ]);
    expect(await app.subscribe(changed, { after: "x" }).ended).toMatchObject([{ extensions: { field: ["after"] } }]);
  });
});

describe("the organisation's domains", () => {
  const set =
    "mutation ($id: ID!, $domains: [String!]!) { setInstanceDomains(id: $id, domains: $domains) { instance { domains { reported added } } userErrors { code message field } } }";

  test("are set by an ADMIN, decide what is external, and leave an audit entry", async () => {
    const id = idOf("Instance", drive);
    await addFiles(app.core, drive, [file("s1", { sharing: "EXTERNAL" }), reader("s1", "x@sister.example")]);
    const events = app.subscribe('subscription { fileChanged(filter: { search: "s1" }) { externalId sharing } }');
    await sleep(300);
    const { setInstanceDomains } = await app.data(set, { id, domains: [" Sister.example", "sister.EXAMPLE"] });
    expect(setInstanceDomains).toEqual({
      instance: { domains: { reported: ["example.com"], added: ["sister.example"] } },
      userErrors: [],
    });
    await reshareStored(app.core, new AbortController().signal);
    while (events.received.at(-1)?.sharing !== "INTERNAL") await events.until(events.received.length + 1);
    events.stop();
    const { auditLog } = await app.data(
      '{ auditLog(first: 1, filter: { actions: ["instance.setDomains"] }) { nodes { before after result } } }',
    );
    expect(auditLog.nodes).toEqual([{ before: { domains: [] }, after: { domains: ["sister.example"] }, result: "ok" }]);
    const jobs = await rawSql(
      app.core.db,
    )`select 1 from pgboss.job where name = 'files.reshare' and state < 'completed'`;
    expect(jobs.length).toBeGreaterThan(0);
  });

  test("must be domains, of an instance that the caller may change", async () => {
    const id = idOf("Instance", drive);
    for (const wrong of [
      "@example.com",
      "*.example.com",
      "example",
      "a@b.example",
      "",
      "exa mple.com",
      `${"a".repeat(64)}.example`,
    ]) {
      const { setInstanceDomains } = await app.data(set, { id, domains: ["fine.example", wrong] });
      expect(setInstanceDomains).toMatchObject({
        instance: null,
        userErrors: [{ code: "BAD_USER_INPUT", field: ["domains", "1"] }],
      });
    }
    const { errors } = await app.ask(set, { id, domains: [] }, app.tokens.ANALYST);
    expect(errors[0]!.extensions.code).toBe("FORBIDDEN");
    const { secret } = await app.newToken("ADMIN", [other]);
    const { setInstanceDomains } = await app.data(set, { id, domains: [] }, secret);
    expect(setInstanceDomains).toMatchObject({ instance: null, userErrors: [{ code: "NOT_FOUND" }] });
  });
});
