import { beforeAll, describe, expect, it } from "vitest";
import { rawSql } from "#db/client.ts";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import { type Data, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { alertsOf, changePolicy, event, happen, policyFields, tryPolicy } from "./support.ts";

const ruleFields =
  "sigmaRule { id level status author tags falsePositives references connectorSlugs correlation } sigma mitreTechniques";

function importer(app: () => TestApp) {
  return async (yaml: string, more: object = {}, token?: string): Promise<Data> => {
    const { importSigmaRules } = await app().data(
      `mutation ($yaml: String!, $placeholders: [SigmaPlaceholderInput!]) { importSigmaRules(yaml: $yaml, placeholders: $placeholders) {
        policies { ${policyFields} description ${ruleFields} } skipped { title reason } userErrors { code message field } } }`,
      { yaml, ...more },
      token,
    );
    return importSigmaRules;
  };
}

const rule = (title: string, selection: string, head = "", product = "okta") =>
  `title: ${title}\n${head}logsource: {product: ${product}}\ndetection:\n  s: ${selection}\n  condition: s\n`;
const raw = (user: string, atSeconds: number, body: object, other: Partial<ActivityRecord> = {}) =>
  event(atSeconds, { user, raw: body, eventType: String((body as Data).eventType ?? "x"), ...other });

describe("importing Sigma rules", () => {
  let app: TestApp;
  const importRules = importer(() => app);
  const count = async () =>
    (await app.data("{ policies(first: 0, kind: [SIGMA]) { totalCount } }")).policies.totalCount;
  const audit = () =>
    rawSql(
      app.core.db,
    )`select result, after from audit_log where action = 'policy.import_sigma' order by id desc limit 1`;

  beforeAll(async () => {
    app = await startApp();
  });

  it("makes a policy of each rule, and shows what the rule says of itself", async () => {
    const head = `id: 4c1d7a52-0001
description: Somebody became an administrator.
status: test
author: Mira Holt
level: high
tags: [attack.persistence, attack.t1098.003]
falsepositives: [Onboarding]
references: [https://docs.acme.test/admins]
`;
    const yaml = rule("Admin made", "{eventType: user.account.privilege.grant}", head);
    const { policies, skipped, userErrors } = await importRules(`${yaml}---\n${rule("Other", "{eventType: x}")}`);
    expect([skipped, userErrors]).toEqual([[], []]);
    expect(policies.map(({ name }: Data) => name)).toEqual(["Admin made", "Other"]);
    expect(policies[0]).toMatchObject({
      kind: "SIGMA",
      enabled: true,
      severity: "HIGH",
      description: "Somebody became an administrator.",
      mitreTechniques: ["T1098.003"],
      sigma: yaml,
      sigmaRule: {
        id: "4c1d7a52-0001",
        level: "high",
        status: "test",
        author: "Mira Holt",
        tags: ["attack.persistence", "attack.t1098.003"],
        falsePositives: ["Onboarding"],
        references: ["https://docs.acme.test/admins"],
        connectorSlugs: ["okta"],
        correlation: null,
      },
    });
    expect(policies[1]).toMatchObject({ severity: "MEDIUM", sigmaRule: { id: null, status: null, tags: [] } });
    expect(await audit()).toMatchObject([{ result: "ok", after: { made: 2, changed: 0, skipped: 0 } }]);
  });

  it("updates the policy of a rule that comes again, keeps what an admin set, and doubles nothing", async () => {
    const first = rule("Comes again", "{eventType: a}", "id: 4C1D-again\nlevel: low\n");
    const before = (await importRules(first)).policies[0];
    const total = await count();
    expect((await importRules(first)).policies[0].id).toBe(before.id);
    expect(await audit()).toMatchObject([{ after: { made: 0, changed: 0, unchanged: 1 } }]);
    await changePolicy(app, before.id, { enabled: false, severity: "CRITICAL", actions: [{ kind: "NOTIFY_USER" }] });
    const second = rule("Comes again, better", "{eventType: b}", "id: 4c1d-AGAIN\nlevel: medium\n");
    const after = (await importRules(second)).policies[0];
    expect(after).toMatchObject({
      id: before.id,
      name: "Comes again, better",
      enabled: false,
      severity: "CRITICAL",
      actions: [{ kind: "NOTIFY_USER" }],
      sigma: second,
      sigmaRule: { level: "medium" },
    });
    await importRules(rule("Nameless", "{eventType: a}"));
    await importRules(rule("Nameless", "{eventType: b}"));
    expect(await count()).toBe(total + 1);
  });

  it("does not double a rule that is imported many times at once", async () => {
    const total = await count();
    const yaml = rule("At once", "{eventType: a}", "id: at-once\n");
    const answers = await Promise.all(Array.from({ length: 8 }, () => importRules(yaml)));
    expect(new Set(answers.map(({ policies }) => policies[0].id)).size).toBe(1);
    expect(await count()).toBe(total + 1);
  });

  it("skips what is not supported, with the reason, and takes over the rest", async () => {
    const { policies, skipped, userErrors } = await importRules(
      [
        rule("Windows", "{EventID: 1}", "", "windows"),
        rule("Fine", "{eventType: fine}"),
        rule("Strange", "{'eventType|strange': x}"),
        rule("Unknown team", "{'user|expand': '%team%'}"),
      ].join("---\n"),
    );
    expect(policies.map(({ name }: Data) => name)).toEqual(["Fine"]);
    expect(skipped).toEqual([
      { title: "Windows", reason: "no connector reads the log source: product windows" },
      { title: "Strange", reason: 'the modifier "strange" is not supported' },
      { title: "Unknown team", reason: "the placeholder %team% is not defined" },
    ]);
    expect(userErrors).toEqual([]);
  });

  it("takes values for placeholders, and keeps them with the rule", async () => {
    const yaml = rule("Known team", "{'user|expand': '%Team%'}");
    const { policies, skipped } = await importRules(yaml, {
      placeholders: [{ name: "%team%", values: ["mira", "tom"] }],
    });
    expect(skipped).toEqual([]);
    expect(policies).toHaveLength(1);
    const { userErrors } = await importRules(yaml, { placeholders: [{ name: "a b", values: [] }] });
    expect(userErrors.map(({ field }: Data) => field)).toEqual([
      ["placeholders", "0", "name"],
      ["placeholders", "0", "values"],
    ]);
  });

  it("refuses a broken file with what is wrong, and takes nothing of it", async () => {
    const total = await count();
    const good = rule("Good", "{eventType: good-and-new}", "id: good-and-new\n");
    const broken: [string, string, RegExp][] = [
      ["no YAML", "a: [", /line 1, column/],
      ["nothing", "", /no rule/],
      ["an unknown name", good.replace("condition: s", "condition: nosuch"), /names "nosuch"/],
      ["no searches", "title: x\nlogsource: {product: okta}\ndetection: {condition: s}", /detection is empty/],
      ["a detection of text", "title: x\nlogsource: {product: okta}\ndetection: text", /no detection/],
      ["deep nesting", `title: x\ndetection: ${"[".repeat(3_000)}`, /cannot be read|nested too deep/],
      ["a megabyte and more", `# ${"x".repeat(1_000_001)}`, /up to 1000000/],
      ["too many rules", `${good}---\n`.repeat(1_001), /up to 1000/],
      ["one broken among good ones", `${good}---\n${rule("Bad", "{}")}`, /Rule "Bad" at line 8: "s" is empty/],
      ["two of one name", `${rule("Twin", "{a: 1}")}---\n${rule("Twin", "{a: 2}")}`, /Two rules are called "Twin"/],
    ];
    for (const [name, yaml, message] of broken) {
      const { policies, skipped, userErrors } = await importRules(yaml);
      expect([name, policies, skipped]).toEqual([name, [], []]);
      expect(userErrors[0], name).toMatchObject({
        code: "BAD_USER_INPUT",
        field: ["yaml"],
        message: expect.stringMatching(message),
      });
    }
    expect(await count()).toBe(total);
    expect(await audit()).toMatchObject([{ result: "BAD_USER_INPUT" }]);
  });

  it("is for admins of all instances", async () => {
    const yaml = rule("Any", "{eventType: x}");
    const ask = (token: string) =>
      app.ask("mutation ($yaml: String!) { importSigmaRules(yaml: $yaml) { policies { id } } }", { yaml }, token);
    const some = (await app.newToken("ADMIN", [await seedInstance(app.core, "okta", "only")])).secret;
    for (const token of [app.tokens.ANALYST, app.tokens.VIEWER, some])
      expect((await ask(token)).errors[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("one rule can also be given to createPolicy and updatePolicy", async () => {
    const input = { kind: "SIGMA", name: "Called so" };
    const made = await tryPolicy(app, { ...input, sigma: rule("Its own title", "{eventType: x}", "level: high\n") });
    expect(made).toMatchObject({ policy: { name: "Called so", severity: "HIGH", kind: "SIGMA" }, userErrors: [] });
    const { policy } = await changePolicy(app, made.policy.id, {
      sigma: rule("Another", "{eventType: y}", "level: low\n"),
    });
    expect(policy).toMatchObject({ name: "Called so", severity: "LOW" });
    const refused = async (sigma: string | null) => {
      const { userErrors } = await tryPolicy(app, { ...input, sigma });
      return userErrors.map(({ message, field }: Data) => [message, field.join(".")]);
    };
    expect(await refused(null)).toEqual([["Give the rule.", "input.sigma"]]);
    expect(await refused("a: [")).toEqual([[expect.stringContaining("line 1, column 5"), "input.sigma"]]);
    expect(await refused(rule("W", "{a: 1}", "", "windows"))).toEqual([
      ["The rule is not supported: no connector reads the log source: product windows.", "input.sigma"],
    ]);
    expect(await refused(`${rule("A", "{a: 1}")}---\n${rule("B", "{a: 1}")}`)).toEqual([
      ["Give one rule; importSigmaRules takes many.", "input.sigma"],
    ]);
  });
});

describe("what policies of rules can do", () => {
  let app: TestApp;
  const importRules = importer(() => app);
  beforeAll(async () => {
    app = await startApp();
  });

  it("actions on the account that matched, but not of a correlation, whose matches may be of many", async () => {
    const together =
      "title: Many\ncorrelation: {type: event_count, rules: [one], timespan: 1m, condition: {gte: 3}}\n---\n";
    const { policies } = await importRules(
      `${rule("Single", "{eventType: x}")}---\n${together}${rule("One", "{eventType: y}", "name: one\n")}`,
    );
    const [single, many] = policies;
    const actions = [{ kind: "SUSPEND_USER" }];
    expect(await changePolicy(app, single.id, { actions })).toMatchObject({
      policy: { actions: [{ kind: "SUSPEND_USER" }] },
      userErrors: [],
    });
    expect((await changePolicy(app, many.id, { actions })).userErrors).toMatchObject([
      {
        message: "SUSPEND_USER needs one account; a correlation may be of many.",
        field: ["input", "actions", "0", "kind"],
      },
    ]);
    const threshold = { count: 3, windowSeconds: 60 };
    expect((await changePolicy(app, single.id, { threshold })).userErrors).toMatchObject([
      { field: ["input", "threshold"] },
    ]);
  });
});

describe("imported rules at work", () => {
  let app: TestApp;
  let okta: number;
  let other: number;
  const importRules = importer(() => app);

  beforeAll(async () => {
    app = await startApp({ workers: true });
    okta = await seedInstance(app.core, "okta", "acme");
    other = await seedInstance(app.core, "okta", "other");
  });

  it("a match of the event as the app sent it raises an alert", async () => {
    const { policies } = await importRules(
      rule(
        "Reset",
        "{EventType: USER.mfa.factor.reset_all, 'target.displayName|endswith': holt}",
        "level: critical\nid: reset-1\nfalsepositives: [Help desk]\n",
      ),
    );
    const body = (name: string) => ({ eventType: "user.mfa.factor.reset_all", target: [{ displayName: name }] });
    await happen(app, okta, [raw("u1", 1, body("Tom")), raw("u2", 2, body("Mira Holt"), { externalId: "the-one" })]);
    expect(await alertsOf(app, policies[0].id)).toMatchObject([
      {
        severity: "CRITICAL",
        title: "Reset: User u2",
        user: { externalId: "u2" },
        occurrences: 1,
        explanation: { sigma: { id: "reset-1", level: "critical", correlation: null, falsePositives: ["Help desk"] } },
        evidence: [{ externalId: "the-one" }],
      },
    ]);
  });

  it("correlations count over batches, in any order of arrival, for each group and instance apart", async () => {
    const { policies } = await importRules(
      `title: Failed thrice\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: [actor.alternateId]\n  timespan: 1m\n  condition: {gte: 3}\n---\n${rule("Failed", "{eventType: sign.in.failed}", "name: failed\n")}---\n` +
        `title: In after failing\ncorrelation:\n  type: temporal_ordered\n  rules: [failed2, passed]\n  group-by: [actor.alternateId]\n  timespan: 5m\n---\n${rule("F2", "{eventType: sign.in.failed}", "name: failed2\n")}---\n${rule("P", "{eventType: sign.in.passed}", "name: passed\n")}---\n` +
        `title: Many names\ncorrelation:\n  type: value_count\n  rules: [failed3]\n  group-by: [client.ip]\n  timespan: 1m\n  condition: {field: actor.alternateId, gte: 3}\n---\n${rule("F3", "{eventType: sign.in.failed}", "name: failed3\n")}`,
    );
    expect(policies.map(({ sigmaRule }: Data) => sigmaRule.correlation)).toEqual([
      "event_count",
      "temporal_ordered",
      "value_count",
    ]);
    const [thrice, ordered, names] = policies.map(({ id }: Data) => id);
    const tried = (who: string, at: number, result = "failed", ip = `203.0.113.${at}`) =>
      raw("u1", at, { eventType: `sign.in.${result}`, actor: { alternateId: who }, client: { ip } });
    await happen(app, okta, [tried("mira", 130), tried("tom", 100)]);
    await happen(app, other, [tried("mira", 110)]);
    expect(await alertsOf(app, thrice)).toEqual([]);
    await happen(app, okta, [tried("mira", 110)]);
    expect(await alertsOf(app, thrice)).toEqual([]);
    await happen(app, okta, [tried("mira", 120)]);
    expect(await alertsOf(app, thrice)).toMatchObject([
      { occurrences: 1, evidence: { length: 3 }, explanation: { matches: 3, sigma: { correlation: "event_count" } } },
    ]);
    // One more belongs to the same run.
    await happen(app, okta, [tried("mira", 140)]);
    expect(await alertsOf(app, thrice)).toMatchObject([{ occurrences: 2 }]);

    expect(await alertsOf(app, ordered)).toEqual([]);
    await happen(app, okta, [tried("tom", 90, "passed")]);
    expect(await alertsOf(app, ordered)).toEqual([]);
    await happen(app, okta, [tried("tom", 200, "passed")]);
    expect(await alertsOf(app, ordered)).toMatchObject([{ occurrences: 1, evidence: { length: 2 } }]);

    expect(await alertsOf(app, names)).toEqual([]);
    await happen(
      app,
      okta,
      ["a", "b", "b", "c"].map((who, n) => tried(who, 1000 + n, "failed", "198.51.100.9")),
    );
    // Reached by three of them; one more is once more.
    expect(await alertsOf(app, names)).toMatchObject([{ occurrences: 2 }]);
  });

  it("values of placeholders are there when the rules are read again", async () => {
    const { policies } = await importRules(rule("Of the team", "{eventType: team, 'who|expand': '%team%'}"), {
      placeholders: [{ name: "team", values: ["mira", "t*m"] }],
    });
    await happen(app, okta, [
      raw("u1", 1, { eventType: "team", who: "Tom" }),
      raw("u2", 2, { eventType: "team", who: "Eve" }),
    ]);
    expect(await alertsOf(app, policies[0].id)).toMatchObject([{ user: { externalId: "u1" } }]);
  });
});
