import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import { storeActivities } from "#src/inventory/activities/store.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, newest, range, seedInstance } from "../../support/seed.ts";
import { until } from "./until.ts";

let app: TestApp;
/** Another process of the same installation. */
let second: TestApp;
let instance: number;
let stored = 0;

beforeAll(async () => {
  app = await startApp({ workers: true });
  second = await startApp({ sharedWith: app });
  instance = await seedInstance(app.core, "okta", "Acme", { activities: 0 });
});

const fields = "id name cidrs category tags country city isp";
const setRange = async (input: object, token?: string): Promise<Data> =>
  (
    await app.data(
      `mutation ($input: IpRangeInput!) { setIpRange(input: $input) { ipRange { ${fields} } userErrors { code message field } } }`,
      { input: { category: "CORPORATE", ...input } },
      token,
    )
  ).setIpRange;
const deleteRange = async (id: string): Promise<Data> =>
  (
    await app.data(
      `mutation ($id: ID!) { deleteIpRange(id: $id) { ipRange { name } userErrors { code message field } } }`,
      { id },
    )
  ).deleteIpRange;
const ranges = async (): Promise<Data[]> => (await app.data(`{ ipRanges { nodes { ${fields} } } }`)).ipRanges.nodes;
const clear = async () => {
  for (const { id } of await ranges()) await deleteRange(id);
  await settled();
};
/** No change is left to be carried into what is stored. */
const settled = () =>
  until(async () => {
    const [row] = await rawSql(app.core.db)`select count(*)::int as count from ip_range_retags`;
    return row!.count === 0;
  });

/** Stores activities from these addresses through one of the processes, and reads them back. */
async function from(through: TestApp, addresses: string[], other: object = {}): Promise<Data[]> {
  const records = addresses.map((ipAddress) =>
    activityRecord(stored, {
      externalId: `from ${stored++}`,
      occurredAt: newest,
      ipAddress,
      country: null,
      userAgent: "curl/8.1",
      ...other,
    }),
  );
  await addActivities(through.core, instance, records);
  return read(records.map(({ externalId }) => externalId));
}

async function read(externalIds: string[]): Promise<Data[]> {
  const { nodes } = await app.data(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Activity { externalId ipAddress ipCategory ipTags country city isp userAgentTags } } }`,
    { ids: externalIds.map((id) => idOf("Activity", instance, newest.getTime(), id)) },
  );
  return nodes;
}

describe("saying what addresses are", () => {
  test("a range is made, said anew, listed, found by its id, and taken back; each is in the audit log", async () => {
    const made = await setRange({
      name: " Head office ",
      cidrs: ["203.0.113.0/24", "2001:DB8:0:0::/48", "192.0.2.7", "::ffff:198.51.100.0/120"],
      tags: ["office", "berlin", "office"],
      country: "de",
      city: "Berlin",
      isp: "Example Net",
    });
    expect(made.userErrors).toEqual([]);
    expect(made.ipRange).toMatchObject({
      name: "Head office",
      cidrs: ["203.0.113.0/24", "2001:db8::/48", "192.0.2.7/32", "198.51.100.0/24"],
      category: "CORPORATE",
      tags: ["berlin", "office"],
      country: "DE",
      city: "Berlin",
      isp: "Example Net",
    });
    const { id } = made.ipRange;
    expect(await ranges()).toEqual([made.ipRange]);
    expect(
      (await app.data(`query ($id: ID!) { node(id: $id) { ... on IpRange { ${fields} } } }`, { id })).node,
    ).toEqual(made.ipRange);
    const anew = await setRange({ id, name: "VPN", cidrs: ["203.0.113.0/25"], category: "VPN" });
    expect(anew.ipRange).toEqual({
      id,
      name: "VPN",
      cidrs: ["203.0.113.0/25"],
      category: "VPN",
      tags: [],
      country: null,
      city: null,
      isp: null,
    });
    expect(await deleteRange(id)).toEqual({ ipRange: { name: "VPN" }, userErrors: [] });
    expect(await ranges()).toEqual([]);
    expect((await deleteRange(id)).userErrors).toEqual([
      { code: "NOT_FOUND", message: "The IP range was not found.", field: ["id"] },
    ]);
    expect((await setRange({ id, name: "VPN", cidrs: ["203.0.113.0/25"] })).userErrors).toEqual([
      { code: "NOT_FOUND", message: "The IP range was not found.", field: ["input", "id"] },
    ]);
    const { nodes } = (
      await app.data(
        `{ auditLog(first: 5, filter: { actions: ["ipRange.set", "ipRange.delete"] }) { nodes { action result before after } } }`,
      )
    ).auditLog;
    expect(nodes.map(({ action, result }: Data) => `${action} ${result}`)).toEqual([
      "ipRange.set NOT_FOUND",
      "ipRange.delete NOT_FOUND",
      "ipRange.delete ok",
      "ipRange.set ok",
      "ipRange.set ok",
    ]);
    expect(nodes[3]).toMatchObject({ before: { name: "Head office" }, after: { name: "VPN", category: "VPN" } });
  });

  test("what overlaps is refused, naming the other; the same range may change within itself", async () => {
    const { ipRange } = await setRange({ name: "Office", cidrs: ["203.0.112.0/22", "2001:db8::/32"] });
    const refused = async (input: object) => (await setRange({ name: "Other", ...input })).userErrors;
    expect(await refused({ cidrs: ["10.0.0.0/8", "203.0.113.7"] })).toEqual([
      {
        code: "CONFLICT",
        message: '203.0.113.7/32 overlaps with 203.0.112.0/22 of the range "Office".',
        field: ["input", "cidrs", "1"],
      },
    ]);
    expect(await refused({ cidrs: ["0.0.0.0/0"] })).toMatchObject([{ code: "CONFLICT" }]);
    expect(await refused({ cidrs: ["2001:db8:1::/48"] })).toMatchObject([{ code: "CONFLICT" }]);
    expect(await refused({ cidrs: ["10.0.0.0/8", "11.0.0.0/8", "10.1.0.0/16"] })).toEqual([
      {
        code: "BAD_USER_INPUT",
        message: "10.1.0.0/16 overlaps with 10.0.0.0/8 of the same range.",
        field: ["input", "cidrs", "2"],
      },
    ]);
    expect((await setRange({ id: ipRange.id, name: "Office", cidrs: ["203.0.113.0/24"] })).userErrors).toEqual([]);
    expect(await refused({ cidrs: ["203.0.112.0/24"] })).toEqual([]);
    expect((await ranges()).map(({ name, cidrs }) => [name, cidrs])).toEqual([
      ["Office", ["203.0.113.0/24"]],
      ["Other", ["203.0.112.0/24"]],
    ]);
    await clear();
  });

  test("of two that are said at once and overlap, one is refused", async () => {
    const both = await Promise.all(
      range(6).map((n) => setRange({ name: `Range ${n}`, cidrs: [`203.0.113.${n * 8}/29`, "10.0.0.0/8"] })),
    );
    expect(both.filter(({ ipRange }) => ipRange !== null)).toHaveLength(1);
    expect(both.filter(({ userErrors }) => userErrors[0]?.code === "CONFLICT")).toHaveLength(5);
    await clear();
  });

  test("what is no network, tag, name or country is told by its place in the input", async () => {
    const refused = async (input: object) =>
      (await setRange({ name: "Office", cidrs: ["10.0.0.0/8"], ...input })).userErrors;
    for (const [input, field, message] of [
      [
        { cidrs: ["10.0.0.0/8", "10.1.2.3/16"] },
        ["cidrs", "1"],
        "The network is 10.1.0.0/16; the address alone is 10.1.2.3/32.",
      ],
      [{ cidrs: ["2001:db8::1/64"] }, ["cidrs", "0"], "The network is 2001:db8::/64;"],
      [{ cidrs: ["office.example.com"] }, ["cidrs", "0"], '"office.example.com" is not an address or a network'],
      [{ cidrs: ["10.0.0.0/64"] }, ["cidrs", "0"], "no prefix length between 0 and 32"],
      [{ cidrs: [] }, ["cidrs"], "A range has 1 to 1000 networks."],
      [{ name: "  " }, ["name"], "A range needs a name."],
      [{ tags: ["ok", "Not OK"] }, ["tags"], '"Not OK" is not a valid tag'],
      [{ country: "Germany" }, ["country"], "A country is two letters"],
    ] as const)
      expect(await refused(input)).toEqual([
        { code: "BAD_USER_INPUT", message: expect.stringContaining(message), field: ["input", ...field] },
      ]);
    expect(await ranges()).toEqual([]);
  });

  test("ADMIN of all instances changes, ANALYST reads, for a VIEWER there are none", async () => {
    const { ipRange } = await setRange({ name: "Office", cidrs: ["203.0.113.0/24"] });
    const limited = (await app.newToken("ADMIN", [instance])).secret;
    const ask = (token: string) =>
      app.ask(`mutation { deleteIpRange(id: "${ipRange.id}") { userErrors { code } } }`, {}, token);
    for (const token of [limited, app.tokens.ANALYST, app.tokens.VIEWER])
      expect((await ask(token)).errors[0]?.extensions.code).toBe("FORBIDDEN");
    const node = `{ node(id: "${ipRange.id}") { id } }`;
    expect((await app.data(node, {}, app.tokens.ANALYST)).node).toEqual({ id: ipRange.id });
    expect((await app.data(node, {}, app.tokens.VIEWER)).node).toBeNull();
    await clear();
  });
});

describe("what comes in after", () => {
  test("the next page has the range's word, in every process, and after it is taken back what is known otherwise", async () => {
    const addresses = ["8.8.8.8", "8.8.4.4", "203.0.113.9", "2001:4860:4860::8888"];
    const google = { ipCategory: "CLOUD_PROVIDER", ipTags: ["cloud"], country: "US", isp: "Google LLC" };
    for (const through of [app, second])
      expect(await from(through, addresses)).toMatchObject([
        google,
        google,
        { ipCategory: "OTHER", ipTags: [], country: null },
        { ipCategory: "CLOUD_PROVIDER" },
      ]);
    const { ipRange } = await setRange({
      name: "Resolver",
      cidrs: ["8.8.8.0/24", "203.0.113.0/24", "2001:4860::/32"],
      category: "ADMINISTRATIVE",
      tags: ["resolver"],
      country: "CH",
      isp: "Our own",
    });
    const own = { ipCategory: "ADMINISTRATIVE", ipTags: ["resolver"], country: "CH", city: null, isp: "Our own" };
    for (const through of [second, app]) expect(await from(through, addresses)).toMatchObject([own, google, own, own]);
    await setRange({ id: ipRange.id, name: "Resolver", cidrs: ["8.8.4.0/24"], category: "VPN" });
    for (const through of [second, app])
      expect(await from(through, addresses)).toMatchObject([
        google,
        { ipCategory: "VPN", ipTags: [], country: "US", isp: "Google LLC" },
        { ipCategory: "OTHER" },
        { ipCategory: "CLOUD_PROVIDER" },
      ]);
    await deleteRange(ipRange.id);
    for (const through of [second, app]) expect((await from(through, addresses))[1]).toMatchObject(google);
  });

  test("it is found by filters: tags, category, country and the user agent's tags", async () => {
    await setRange({ name: "Lab", cidrs: ["203.0.113.64/26"], category: "RISKY", tags: ["lab-7"], country: "NO" });
    const made = await from(app, ["203.0.113.70", "203.0.113.130"]);
    const found = async (filter: object) =>
      (
        await app.data(`query ($filter: ActivityFilter) { activities(filter: $filter) { nodes { externalId } } }`, {
          filter,
        })
      ).activities.nodes.map(({ externalId }: Data) => externalId);
    expect(await found({ ipTags: ["lab-7"] })).toEqual([made[0].externalId]);
    expect(await found({ countries: ["NO"], ipCategories: ["RISKY"] })).toEqual([made[0].externalId]);
    expect(await found({ userAgentTags: ["outdated-os"] })).toEqual([]);
    const robots = await found({ userAgentTags: ["robot", "outdated-os"] });
    expect(robots).toEqual(expect.arrayContaining(made.map(({ externalId }) => externalId)));
    await clear();
  });
});

describe("what is stored already", () => {
  test("is told of a range, of its changes and of its end; what the app had said comes back", async () => {
    const plain = await from(app, ["8.8.8.8", "203.0.113.200"]);
    const said = await from(app, ["8.8.8.8", "203.0.113.200", "8.8.4.4"], {
      country: "FR",
      city: "Lyon",
      isp: "Said Net",
    });
    const ids = [...plain, ...said].map(({ externalId }) => externalId);
    const before = await read(ids);
    const { ipRange } = await setRange({
      name: "Lyon",
      cidrs: ["8.8.8.0/24", "203.0.113.192/26"],
      tags: ["lyon"],
      country: "IT",
    });
    await settled();
    const own = { ipCategory: "CORPORATE", ipTags: ["lyon"], country: "IT", city: null };
    const after = await read(ids);
    expect(after).toMatchObject([
      { ...own, isp: "Google LLC" },
      { ...own, isp: null },
      { ...own, isp: "Said Net" },
      { ...own, isp: "Said Net" },
      { country: "FR", city: "Lyon" },
    ]);
    expect(after[4]).toEqual(before[4]);

    await setRange({ id: ipRange.id, name: "Lyon", cidrs: ["8.8.8.0/24"], tags: ["b"], isp: "Own" });
    await settled();
    expect(await read(ids)).toMatchObject([
      { ipTags: ["b"], country: "US", city: "Mountain View", isp: "Own" },
      before[1],
      { ipTags: ["b"], country: "FR", city: "Lyon", isp: "Own" },
      before[3],
      before[4],
    ]);

    // A new name alone is no news for activities.
    await setRange({ id: ipRange.id, name: "Milano", cidrs: ["8.8.8.0/24"], tags: ["b"], isp: "Own" });
    expect(await rawSql(app.core.db)`select 1 from ip_range_retags`).toHaveLength(0);

    await deleteRange(ipRange.id);
    await settled();
    expect(await read(ids)).toEqual(before);
  });

  test("a page that is under way when a range is said is waited for, and told of it", async () => {
    const commit = Promise.withResolvers<void>();
    const page = app.core.db.transaction(async (transaction) => {
      const record = activityRecord(1, { externalId: "under way", occurredAt: newest, ipAddress: "203.0.113.250" });
      await storeActivities(rawSql(transaction as unknown as Db), instance, [record]);
      await commit.promise;
    });
    await sleep(100);
    let said = false;
    const saying = setRange({ name: "Late", cidrs: ["203.0.113.248/29"], tags: ["late"] }).then(() => {
      said = true;
    });
    await sleep(300);
    expect(said).toBe(false);
    commit.resolve();
    await Promise.all([page, saying]);
    await settled();
    expect(await read(["under way"])).toMatchObject([{ ipTags: ["late"], ipCategory: "CORPORATE" }]);
    await clear();
  });

  test("while pages keep coming, none is left with the tags of before", async () => {
    let going = true;
    const made: string[] = [];
    const ingest = Promise.all(
      [app, second].map(async (through) => {
        while (going)
          made.push(
            ...(
              await from(
                through,
                range(20).map((n) => `203.0.113.${n}`),
              )
            ).map(({ externalId }) => externalId),
          );
      }),
    );
    const { ipRange } = await setRange({ name: "Moving", cidrs: ["203.0.113.0/24"], tags: ["t0"] });
    for (const n of range(8))
      await setRange({ id: ipRange.id, name: "Moving", cidrs: ["203.0.113.0/24"], tags: [`t${n}`] });
    going = false;
    await ingest;
    await settled();
    expect(made.length).toBeGreaterThan(100);
    for (const start of range(Math.ceil(made.length / 100)))
      for (const { ipTags } of await read(made.slice(start * 100, start * 100 + 100))) expect(ipTags).toEqual(["t7"]);
    await clear();
  });
});
