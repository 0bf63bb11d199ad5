import { afterAll, beforeAll, expect, test } from "vitest";
import { startApp, type TestApp } from "../../support/app.ts";
import { activityRecord, addActivities, seedInstance } from "../../support/seed.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const id = await seedInstance(app.core, "okta", "Acme", { users: 0, groups: 0, privileges: 0, activities: 0 });
  const addresses = [
    "2001:db8:a:1::5",
    "2001:DB8:A:1:0:0:0:5",
    "::ffff:81.2.69.142",
    "81.2.69.142",
    "Workday Internal",
  ];
  await addActivities(
    app.core,
    id,
    addresses.map((ipAddress, n) => activityRecord(n, { ipAddress })),
  );
});
afterAll(() => app.stop());

const query = `query ($filter: ActivityFilter) {
  activities(first: 10, filter: $filter) { totalCount nodes { ipAddress country } } }`;
const found = async (filter: object) => (await app.data(query, { filter })).activities;

test("an activity is stored and found by its address, however the app and the caller spell it", async () => {
  for (const text of ["2001:db8:a:1::5", "2001:DB8:A:1:0:0:0:5", " 2001:0db8:000a:1::5 "])
    expect(await found({ ipAddresses: [text] })).toMatchObject({
      totalCount: 2,
      nodes: [{ ipAddress: "2001:db8:a:1::5" }, { ipAddress: "2001:db8:a:1::5" }],
    });
  for (const text of ["81.2.69.142", "::ffff:81.2.69.142", "::FFFF:5102:458E"]) {
    const { totalCount, nodes } = await found({ ipAddresses: [text] });
    expect([text, totalCount]).toEqual([text, 2]);
    expect(nodes.map(({ ipAddress }: { ipAddress: string }) => ipAddress)).toEqual(["81.2.69.142", "81.2.69.142"]);
  }
  expect(await found({ ipAddresses: ["81.2.69.142", "::ffff:81.2.69.142"] })).toMatchObject({ totalCount: 2 });
  expect(await found({ not: { ipAddresses: ["::ffff:81.2.69.142"] } })).toMatchObject({ totalCount: 3 });
});

test("what stands in place of an address is stored as the app sent it", async () => {
  expect(await found({ search: "Workday Internal" })).toMatchObject({ nodes: [{ ipAddress: "Workday Internal" }] });
});

test("what is no address is refused by its name, wherever a filter stands", async () => {
  for (const text of ["garbage", "81.2.69.0/24", "", "300.1.1.1"])
    for (const [filter, field] of [
      [{ ipAddresses: ["81.2.69.142", text] }, ["filter", "ipAddresses"]],
      [{ not: { ipAddresses: [text] } }, ["filter", "not", "ipAddresses"]],
    ] as const) {
      const { errors } = await app.ask(query, { filter });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field } }]);
      expect(errors![0]!.message).toContain(`"${text}"`);
    }
});
