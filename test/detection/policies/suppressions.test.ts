import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { type Data, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { alertsOf, event, happen, makePolicy } from "./support.ts";

const fields = "id match reason createdBy expiresAt hits policy { id }";

describe("suppressions", () => {
  let app: TestApp;
  let okta: number;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme");
  });

  const create = async (variables: object): Promise<Data> =>
    (
      await app.data(
        `mutation ($policyId: ID!, $match: JSON!, $reason: String!, $expiresAt: DateTime) {
          createSuppression(policyId: $policyId, match: $match, reason: $reason, expiresAt: $expiresAt) {
            suppression { ${fields} } userErrors { code message field } } }`,
        { reason: "Expected", ...variables },
      )
    ).createSuppression;

  it("keep quiet what they match, count it, and keep on record what was muted and by which", async () => {
    const policy = await makePolicy(app, { activityFilter: { eventTypes: ["muted"] } });
    const other = await makePolicy(app, { activityFilter: { eventTypes: ["muted"] } });
    const { suppression, userErrors } = await create({ policyId: policy.id, match: { countries: ["FR"] } });
    expect(userErrors).toEqual([]);
    expect(suppression).toMatchObject({
      createdBy: "test ADMIN",
      hits: 0,
      match: { countries: ["FR"] },
      policy: { id: policy.id },
    });
    const events = [
      event(1, { eventType: "muted", country: "FR" }),
      event(2, { eventType: "muted", country: "DE" }),
      event(3, { eventType: "muted", country: "FR" }),
    ];
    await happen(app, okta, events);
    expect(await alertsOf(app, policy.id)).toMatchObject([
      { occurrences: 1, evidence: [{ externalId: events[1]?.externalId }] },
    ]);
    expect(await alertsOf(app, other.id)).toMatchObject([{ occurrences: 3 }]);
    const read = async () =>
      await app.data(
        `query ($id: ID!) { suppressions { nodes { ${fields} } }
          suppressedFindings(policyId: $id) { totalCount nodes { rule explanation activity { externalId } policy { id } } } }`,
        { id: policy.id },
      );
    const { suppressions, suppressedFindings } = await read();
    expect(suppressions.nodes).toMatchObject([{ id: suppression.id, hits: 2 }]);
    const number = Buffer.from(suppression.id, "base64url").toString().split(":")[1];
    expect(suppressedFindings).toMatchObject({
      totalCount: 2,
      nodes: [
        { rule: `suppression/${number}`, activity: { externalId: events[2]?.externalId }, policy: { id: policy.id } },
        { rule: `suppression/${number}`, activity: { externalId: events[0]?.externalId } },
      ],
    });

    await app.data(`mutation ($id: ID!) { deleteSuppression(id: $id) { suppression { hits } userErrors { code } } }`, {
      id: suppression.id,
    });
    await happen(app, okta, [event(4, { eventType: "muted", country: "FR" })]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ occurrences: 2 }]);
    expect((await read()).suppressedFindings.totalCount).toBe(2);
  });

  it("end when they expire, and do not count towards thresholds while they hold", async () => {
    const policy = await makePolicy(app, {
      activityFilter: { eventTypes: ["counted"] },
      threshold: { count: 2, windowSeconds: 60 },
    });
    const { suppression } = await create({
      policyId: policy.id,
      match: { eventTypes: ["counted"], outcomes: ["SUCCESS"] },
      expiresAt: "2099-01-01T00:00:00Z",
    });
    await happen(app, okta, [event(1, { eventType: "counted" }), event(2, { eventType: "counted" })]);
    expect(await alertsOf(app, policy.id)).toEqual([]);
    const number = Number(Buffer.from(suppression.id, "base64url").toString().split(":")[1]);
    await rawSql(app.core.db)`update suppressions set expires_at = now() - interval '1 second' where id = ${number}`;
    await happen(app, okta, [event(3, { eventType: "counted" })]);
    expect(await alertsOf(app, policy.id)).toEqual([]);
    await happen(app, okta, [event(4, { eventType: "counted" })]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ occurrences: 1, explanation: { matches: 2 } }]);
  });

  it("and policies know an address in any spelling", async () => {
    const policy = await makePolicy(app, {
      activityFilter: { eventTypes: ["spelled"], ipAddresses: ["::ffff:192.0.2.7", "2001:DB8:0:0::9"] },
    });
    await create({ policyId: policy.id, match: { ipAddresses: ["2001:db8:0::0009"] } });
    await happen(app, okta, [
      event(1, { eventType: "spelled", ipAddress: "192.0.2.7" }),
      event(2, { eventType: "spelled", ipAddress: "::FFFF:192.0.2.7" }),
      event(3, { eventType: "spelled", ipAddress: "2001:db8::9" }),
    ]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ occurrences: 2 }]);
    const { suppressions } = await app.data("{ suppressions(first: 1) { nodes { hits policy { id } } } }");
    expect(suppressions.nodes).toEqual([{ hits: 1, policy: { id: policy.id } }]);
  });

  it("say what is wrong with them", async () => {
    const policy = await makePolicy(app, { activityFilter: {}, enabled: false });
    const wrong: [object, string, string[]][] = [
      [{ match: {} }, "BAD_USER_INPUT", ["match"]],
      [{ match: { actor: null } }, "BAD_USER_INPUT", ["match"]],
      [{ match: { ipAddresses: null, countries: null, search: null, not: null } }, "BAD_USER_INPUT", ["match"]],
      [{ match: { involvement: "ANY" } }, "BAD_USER_INPUT", ["match"]],
      [{ match: { not: { actor: null } } }, "BAD_USER_INPUT", ["match", "not"]],
      [{ match: { not: { involvement: "ANY" } } }, "BAD_USER_INPUT", ["match", "not"]],
      [{ match: { ipAddresses: ["192.0.2.0/24"] } }, "BAD_USER_INPUT", ["match", "ipAddresses"]],
      [{ match: "everything" }, "BAD_USER_INPUT", ["match"]],
      [{ match: { colour: "red" } }, "BAD_USER_INPUT", ["match", "colour"]],
      [{ match: { categories: ["SIGN_IN"] } }, "BAD_USER_INPUT", ["match", "categories"]],
      [{ match: { countries: [] } }, "BAD_USER_INPUT", ["match", "countries"]],
      [{ match: { countries: ["FR"] }, reason: " " }, "BAD_USER_INPUT", ["reason"]],
      [{ match: { countries: ["FR"] }, expiresAt: "2020-01-01T00:00:00Z" }, "BAD_USER_INPUT", ["expiresAt"]],
      [
        { match: { countries: ["FR"] }, policyId: Buffer.from("Policy:99999").toString("base64url") },
        "NOT_FOUND",
        ["policyId"],
      ],
    ];
    for (const [variables, code, field] of wrong) {
      const { suppression, userErrors } = await create({ policyId: policy.id, ...variables });
      expect([variables, suppression, userErrors[0]?.code, userErrors[0]?.field]).toEqual([
        variables,
        null,
        code,
        field,
      ]);
    }
  });
});
