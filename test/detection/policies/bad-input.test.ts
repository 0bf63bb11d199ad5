import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { changePolicy, instanceIdOf, makePolicy, tryPolicy, userIdOf } from "./support.ts";

describe("a policy that could never work", () => {
  let app: TestApp;
  let okta: number;
  let github: number;

  beforeAll(async () => {
    app = await startApp();
    okta = await seedInstance(app.core, "okta", "acme");
    github = await seedInstance(app.core, "github", "acme");
  });

  const count = async () => (await app.data("{ policies(first: 0) { totalCount } }")).policies.totalCount;

  it("is refused with the path of each thing that is wrong, and nothing is stored", async () => {
    const filter = (activityFilter: object) => ({ activityFilter });
    const any = { activityFilter: {} };
    const field = (...path: string[]) => ["input", "activityFilter", ...path];
    const table: [string, object, string[][]][] = [
      ["no name", { ...any, name: " " }, [["input", "name"]]],
      ["a name of two lines", { ...any, name: "a\nb" }, [["input", "name"]]],
      ["no kind", { ...any, kind: null }, [["input", "kind"]]],
      ["no filter", {}, [field()]],
      ["an empty list", filter({ countries: [] }), [field("countries")]],
      ["an address that is none", filter({ ipAddresses: ["300.1.1.1"] }), [field("ipAddresses")]],
      ["a country that is none", filter({ countries: ["Germany"] }), [field("countries")]],
      [
        "from after to",
        filter({ occurredFrom: "2099-02-01T00:00:00Z", occurredTo: "2099-01-01T00:00:00Z" }),
        [field("occurredTo")],
      ],
      ["an end in the past", filter({ occurredTo: "2020-01-01T00:00:00Z" }), [field("occurredTo")]],
      ["ids of past activities", filter({ ids: [idOf("Activity", okta, 1, "a")] }), [field("ids")]],
      ["what other policies match", filter({ policyIds: [idOf("Policy", 1)] }), [field("policyIds")]],
      ["an unknown connector", filter({ connectorSlugs: ["octa"] }), [field("connectorSlugs")]],
      ["an instance that is not there", filter({ instanceIds: [instanceIdOf(999)] }), [field("instanceIds")]],
      ["an account that is not there", filter({ userIds: [userIdOf(okta, "nobody")] }), [field("userIds")]],
      ["a group that is not there", filter({ groupIds: [idOf("Group", okta, "none")] }), [field("groupIds")]],
      ["an id of another kind", filter({ userIds: [instanceIdOf(okta)] }), [field("userIds")]],
      [
        "accounts of other instances",
        filter({ instanceIds: [instanceIdOf(github)], userIds: [userIdOf(okta, "u1")] }),
        [field("userIds")],
      ],
      [
        "instances of other apps",
        filter({ instanceIds: [instanceIdOf(github)], connectorSlugs: ["okta"] }),
        [field("instanceIds")],
      ],
      ["nobody who is somebody", filter({ hasUser: false, userIds: [userIdOf(okta, "u1")] }), [field("hasUser")]],
      [
        "all that it excludes",
        filter({ categories: ["ADMIN"], not: { categories: ["ADMIN", "USER"] } }),
        [field("not")],
      ],
      ["an exclusion of everything", filter({ not: {} }), [field("not")]],
      ["something wrong within not", filter({ not: { countries: [] } }), [field("not", "countries")]],
      [
        "several things",
        { activityFilter: { countries: [], isps: [] }, threshold: { count: 1, windowSeconds: 0 } },
        [field("countries"), field("isps"), ["input", "threshold", "count"], ["input", "threshold", "windowSeconds"]],
      ],
      [
        "a window of a month",
        { ...any, threshold: { count: 5, windowSeconds: 2_592_000 } },
        [["input", "threshold", "windowSeconds"]],
      ],
      ["a filter over apps", { oauthAppFilter: { minUsers: 1 } }, [["input", "oauthAppFilter"], field()]],
      ["files, and not which", { kind: "FILE" }, [["input", "fileFilter"]]],
      ["a detection", { kind: "ANOMALY" }, [["input", "kind"]]],
      ["an unknown template", { templateSlug: "none" }, [["input", "templateSlug"]]],
      ["a template of another kind", { kind: "OAUTH_APP", templateSlug: "mass-download" }, [["input", "kind"]]],
      ["a sensitivity", { ...any, sensitivity: "HIGH" }, [["input", "sensitivity"]]],
      [
        "a scope of nobody",
        { ...any, include: { userIds: [userIdOf(okta, "nobody")] } },
        [["input", "include", "userIds"]],
      ],
      ["a scope of a broken id", { ...any, exclude: { groupIds: ["x"] } }, [["input", "exclude", "groupIds"]]],
      ["an action on apps", { ...any, actions: [{ kind: "BAN_APP" }] }, [["input", "actions", "0", "kind"]]],
      [
        "an action twice",
        { ...any, actions: [{ kind: "SUSPEND_USER" }, { kind: "SUSPEND_USER" }] },
        [["input", "actions", "1", "kind"]],
      ],
      [
        "actions that undo each other",
        { ...any, actions: [{ kind: "UNSUSPEND_USER" }, { kind: "SUSPEND_USER" }] },
        [["input", "actions", "1", "kind"]],
      ],
      [
        "an action on nobody in particular",
        {
          ...any,
          threshold: { count: 2, windowSeconds: 60, sameUser: false },
          actions: [{ kind: "SUSPEND_USER" }],
        },
        [["input", "actions", "0", "kind"]],
      ],
      [
        "parameters that are a list",
        { ...any, actions: [{ kind: "SUSPEND_USER", parameters: [1] }] },
        [["input", "actions", "0", "parameters"]],
      ],
      ["a cap below nothing", { ...any, maxTargetsPerDay: -1 }, [["input", "maxTargetsPerDay"]]],
    ];
    const before = await count();
    for (const [name, input, fields] of table) {
      const { policy, userErrors } = await tryPolicy(app, input);
      const paths = userErrors.map((error: { field: string[] }) => error.field);
      expect([name, policy, paths.sort()]).toEqual([name, null, fields.sort()]);
      expect(
        userErrors.every(({ code, message }: Record<string, string>) => code === "BAD_USER_INPUT" && message),
      ).toBe(true);
    }
    expect(await count()).toBe(before);
    const refused = await app.ask(
      `mutation { createPolicy(input: { name: "x", kind: ACTIVITY, activityFilter: { categories: [SIGN_IN] } }) { policy { id } } }`,
    );
    expect(refused.errors[0]?.message).toContain("SIGN_IN");
  });

  it("is refused as a change, too, and stays as it was", async () => {
    const policy = await makePolicy(app, {
      activityFilter: { countries: ["FR"] },
      threshold: { count: 3, windowSeconds: 60 },
    });
    const bad = await changePolicy(app, policy.id, { name: "Renamed", threshold: { count: 0, windowSeconds: 60 } });
    expect(bad.userErrors).toMatchObject([{ field: ["input", "threshold", "count"] }]);
    const kind = await changePolicy(app, policy.id, { kind: "OAUTH_APP" });
    expect(kind.userErrors).toMatchObject([{ field: ["input", "kind"] }]);
    const same = await changePolicy(app, policy.id, { severity: "LOW" });
    expect(same.policy).toMatchObject({
      name: "A policy",
      severity: "LOW",
      threshold: { count: 3 },
      filter: { countries: ["FR"] },
    });
    const gone = await changePolicy(app, idOf("Policy", 99_999), { severity: "LOW" });
    expect(gone).toMatchObject({ policy: null, userErrors: [{ code: "NOT_FOUND", field: ["id"] }] });
  });

  it("a built-in detection can be tuned, not rewritten or removed", async () => {
    const [row] = await rawSql(app.core.db)<{ id: number }[]>`
      insert into policies (name, kind, severity, slug, built_in, sensitivity, created_by) values ('Test detection', 'ANOMALY', 'HIGH', 'test-detection', true, 'MEDIUM', 'system') returning id`;
    const id = idOf("Policy", row!.id);
    const tuned = await changePolicy(app, id, {
      sensitivity: "LOW",
      enabled: false,
      severity: "MEDIUM",
      exclude: { userIds: [userIdOf(okta, "u1")] },
      actions: [{ kind: "REQUIRE_SIGN_IN_AGAIN" }],
    });
    expect(tuned).toMatchObject({
      policy: {
        enabled: false,
        severity: "MEDIUM",
        exclude: { userIds: [userIdOf(okta, "u1")] },
        actions: [{ kind: "REQUIRE_SIGN_IN_AGAIN" }],
      },
      userErrors: [],
    });
    for (const input of [
      { name: "Mine" },
      { description: "" },
      { activityFilter: {} },
      { threshold: { count: 2, windowSeconds: 2 } },
      { kind: "ACTIVITY" },
    ])
      expect((await changePolicy(app, id, input)).userErrors).toMatchObject([
        { field: ["input", Object.keys(input)[0]] },
      ]);
    const { deletePolicy } = await app.data(
      `mutation ($id: ID!) { deletePolicy(id: $id) { policy { id } userErrors { code field } } }`,
      { id },
    );
    expect(deletePolicy).toEqual({ policy: null, userErrors: [{ code: "CONFLICT", field: ["id"] }] });
  });

  it("subscriptions cannot ask for what policies have yet to look at", async () => {
    const filter = { not: { policyIds: [idOf("Policy", 1)] } };
    const reader = app.subscribe(
      "subscription ($filter: ActivityFilter) { activityAdded(filter: $filter) { cursor } }",
      { filter },
    );
    expect(await reader.ended).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT", field: ["filter", "not", "policyIds"] } },
    ]);
  });

  it("policies are changed by an ADMIN of all instances only", async () => {
    const limited = (await app.newToken("ADMIN", [okta])).secret;
    for (const token of [limited, app.tokens.ANALYST, app.tokens.VIEWER]) {
      const { errors } = await app.ask(
        `mutation { createPolicy(input: { name: "x", kind: ACTIVITY, activityFilter: {} }) { policy { id } } }`,
        {},
        token,
      );
      expect(errors[0]?.extensions.code).toBe("FORBIDDEN");
    }
  });
});
