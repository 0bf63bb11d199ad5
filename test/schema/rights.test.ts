import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Db, rawSql, tables } from "#db/client.ts";
import { schema } from "#schema/index.ts";
import { redact } from "#src/access/audit.ts";
import type { Role } from "#src/access/viewer.ts";
import { connectors } from "#src/connectors/index.ts";
import { publish } from "#src/realtime/publish.ts";
import { type Answer, type Data, idOf, read, startApp, type TestApp } from "../support/app.ts";
import { file } from "../support/file-items.ts";
import { activityRecord, addActivities, addFiles, canary, range, seedInstance } from "../support/seed.ts";

// Two tenants, one inside and one outside what a token may see. The operations are made from the schema: what is added to it is tried too.

const secretName = "Zimt und Zucker";
const roles: Role[] = ["VIEWER", "ANALYST", "ADMIN"];
let app: TestApp;
let inside: number;
let outside: number;
let limited: Record<Role, string>;
/** A person who is known outside only. */
let stranger: number;
let provider: Server;
/** Every answer of this file as it came. */
const answers: string[] = [];

beforeAll(async () => {
  // A provider that tells whatever it was told: nothing of it may come back out.
  provider = createServer((request, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: "invalid_token",
        error_description: `at check (/srv/provider.js:1) ${JSON.stringify(request.headers)}`,
      }),
    );
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => provider.once("listening", listening));
  app = await startApp({ sandboxUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` });
  const ask = app.ask;
  app.ask = async (...args) => {
    const answer = await ask(...args);
    answers.push(JSON.stringify(answer));
    return answer;
  };
  const size = {
    users: 8,
    groups: 2,
    privileges: 2,
    activities: 12,
    apps: 3,
    scans: 3,
    posture: true,
    alerts: 4,
    files: 7,
  };
  inside = await seedInstance(app.core, "github", "inside", size);
  outside = await seedInstance(app.core, "okta", secretName, { ...size, users: 11, activities: 17 });
  const token = async (role: Role) => (await app.newToken(role, [inside])).secret;
  limited = { VIEWER: await token("VIEWER"), ANALYST: await token("ANALYST"), ADMIN: await token("ADMIN") };
  // Names accounts of both tenants.
  await rawSql(app.core.db)`
    insert into policies (name, kind, severity, filter, include, created_by) values ('Both', 'ACTIVITY', 'LOW',
      ${JSON.stringify({ userIds: [idOf("User", inside, "u1"), idOf("User", outside, "u1")] })}::text::jsonb,
      ${JSON.stringify({ userIds: [], groupIds: [idOf("Group", outside, "g0")], instanceIds: [idOf("Instance", outside)] })}::text::jsonb, 'test')`;
  for (const [name, instanceId] of [
    ["for the inside", inside],
    [secretName, outside],
  ] as const)
    await app.core.db.insert(tables.destinations).values({
      name,
      kind: "SYSLOG",
      format: "CEF",
      target: "udp://127.0.0.1:9",
      selection: { alerts: true, activities: false, alertChanges: false, minSeverity: null, shown: {} },
      instanceIds: [instanceId],
      createdBy: "somebody",
    });
  const [unknown] = await rawSql(app.core.db)<{ id: number }[]>`
    select id::int as id from identities where email = 'user10@example.com'`;
  stranger = unknown!.id;
  // A person of both tenants who left, as the outside one says.
  await rawSql(
    app.core.db,
  )`update identities set terminated_at = now(), terminated_instance_id = ${outside} where email = 'user1@example.com'`;
});
afterAll(() => {
  provider.close();
});

/** Every text in an answer. */
function texts(data: Data): string[] {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(texts) : [];
}

/** What an answer tells of the tenant outside: an id of it or of something in it, or its name. */
function leaks(data: Data): string[] {
  const ofOutside = new RegExp(
    `^(?!Identity|Containment|ApiToken|AuditEntry|Destination|Delivery)[A-Z][A-Za-z]+:${outside}(/|$)`,
  );
  return texts(data).filter(
    (text) => text.includes(secretName) || ofOutside.test(Buffer.from(text, "base64url").toString()),
  );
}

/** All leaves of a type, and below it so many levels of what hangs on it. */
function everything(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return "id __typename";
  const parts = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some((argument) => String(argument.type).endsWith("!"))) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    return depth > 0 ? [fieldOf(field, depth)] : [];
  });
  return parts.length > 0 ? parts.join(" ") : "__typename";
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number, args = ""): string {
  const named = getNamedType(field.type) as GraphQLObjectType;
  if (isLeafType(named)) return field.name + args;
  const isConnection = named.name.endsWith("Connection");
  // All of them at the root; below it enough, within the cost of one operation.
  const page = isConnection && args === "" ? `(first: ${depth > 2 ? 20 : 12})` : args;
  const inner = isConnection
    ? `nodes { ${everything(named.getFields().nodes!.type, depth - 1)} } totalCount`
    : everything(named, depth - 1);
  return `${field.name}${page} { ${inner} }`;
}

const queries = Object.values((schema.getQueryType() as GraphQLObjectType).getFields());
/** Arguments that a root field cannot do without. */
const needed: Record<string, () => string> = {
  activityStats: () => '(groupBy: USER, first: 200, filter: { occurredFrom: "2026-01-01T00:00:00Z" })',
  fileStats: () => "(groupBy: OWNER, first: 200)",
  connector: () => '(slug: "okta")',
  instance: () => `(id: "${idOf("Instance", inside)}")`,
  node: () => `(id: "${idOf("Instance", inside)}")`,
  planContainment: () => `(identityId: "${idOf("Identity", 2)}")`,
  previewPolicy: () =>
    '(input: { kind: ACTIVITY, activityFilter: {} }, from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z")',
  nodes: () => `(ids: ["${idOf("User", inside, "u1")}", "${idOf("Identity", 2)}"])`,
};

describe("reading", () => {
  /** What an unlimited reader is answered. */
  const seenWhole = new Map<string, Answer>();
  for (const field of queries)
    for (const role of roles)
      test(`${field.name}, limited ${role}: nothing of a tenant outside`, async () => {
        const isRequired = field.args.some((argument) => String(argument.type).endsWith("!"));
        expect(isRequired ? needed[field.name] : () => "", `arguments for ${field.name}`).toBeDefined();
        const operation = `{ ${fieldOf(field, 3, isRequired ? needed[field.name]!() : "")} }`;
        const whole = seenWhole.get(field.name) ?? (await app.ask(operation, {}, app.tokens.ADMIN));
        seenWhole.set(field.name, whole);
        const { data, errors } = await app.ask(operation, {}, limited[role]);
        expect(leaks(data)).toEqual([]);
        if (
          field.name === "auditLog" ||
          (["apiTokens", "destinations", "planContainment"].includes(field.name) && role !== "ADMIN") ||
          (field.name === "ipRanges" && role === "VIEWER")
        )
          expect(errors[0]?.extensions.code).toBe("FORBIDDEN");
        else expect(errors).toEqual([]);
        // The operation would have told: an unlimited reader sees more, where there is more.
        if (
          [
            "users",
            "activities",
            "groups",
            "scans",
            "instances",
            "oauthApps",
            "identities",
            "recommendations",
            "activityStats",
            "files",
            "fileStats",
            "policies",
            "previewPolicy",
          ].includes(field.name)
        )
          expect(leaks(whole.data).length).toBeGreaterThan(0);
      });

  test("totals count what may be seen", async () => {
    const lists = queries
      .filter((field) => getNamedType(field.type).name.endsWith("Connection"))
      .filter(({ name }) => name !== "auditLog" && name !== "ipRanges")
      .map(({ name }) => name);
    const operation = `{ ${lists.map((name) => `${name} { totalCount }`).join(" ")} }`;
    const { errors, data } = await app.ask(operation, {}, limited.VIEWER);
    expect(errors).toEqual([]);
    const totals = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, (value as Data).totalCount]));
    expect(totals).toMatchObject({
      users: 8,
      activities: 12,
      groups: 2,
      scans: 3,
      instances: 1,
      oauthApps: 3,
      identities: 8,
      files: 8,
    });
  });

  test("filters that name things outside find nothing, as if they were not there", async () => {
    const filters: [string, object][] = [
      ["activities", { instanceIds: [idOf("Instance", outside)] }],
      ["activities", { userIds: [idOf("User", outside, "u1")] }],
      ["activities", { groupIds: [idOf("Group", outside, "g0")], involvement: "ANY" }],
      ["activities", { connectorSlugs: ["okta"] }],
      ["users", { instanceIds: [idOf("Instance", outside)] }],
      ["users", { groupIds: [idOf("Group", outside, "g0")] }],
      ["users", { privilegeIds: [idOf("Privilege", outside, "p0")] }],
      ["oauthApps", { instanceIds: [idOf("Instance", outside)] }],
      ["files", { instanceIds: [idOf("Instance", outside)] }],
      ["files", { ownerIds: [idOf("User", outside, "u1")] }],
    ];
    for (const [list, filter] of filters) {
      const type = {
        activities: "ActivityFilter",
        users: "UserFilter",
        oauthApps: "OAuthAppFilter",
        files: "FileFilter",
      }[list];
      const operation = `query ($filter: ${type}) { ${list}(filter: $filter) { totalCount nodes { id } } }`;
      expect((await app.data(operation, { filter }, limited.ADMIN))[list]).toEqual({ totalCount: 0, nodes: [] });
      expect((await app.data(operation, { filter }))[list].totalCount).toBeGreaterThan(0);
    }
    const { activityStats } = await app.data(
      'query ($ids: [ID!]) { activityStats(groupBy: CATEGORY, filter: { occurredFrom: "2026-01-01T00:00:00Z", instanceIds: $ids }) { key } }',
      { ids: [idOf("Instance", outside)] },
      limited.VIEWER,
    );
    expect(activityStats).toEqual([]);
  });

  test("node, nodes and instance answer for what lies outside to the byte as for what is not there", async () => {
    const all = await app.data(
      `{ instances { nodes { id } } users(first: 200) { nodes { id privileges { id } } } groups { nodes { id } } activities(first: 200) { nodes { id } } files { nodes { id } } scans { nodes { id } } oauthApps { nodes { id } } recommendations(first: 200) { nodes { id } } alerts { nodes { id } } governanceActions { nodes { id } } }`,
    );
    const ids = [...new Set(texts(all))].filter((id) => leaks(id).length > 0);
    expect(ids.length).toBeGreaterThan(40);
    for (const role of roles) {
      const { nodes } = await app.data(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        { ids: ids.slice(0, 200) },
        limited[role],
      );
      expect(nodes.every((one: unknown) => one === null)).toBe(true);
      const ofEachType = [
        ...new Map(ids.map((id) => [Buffer.from(id, "base64url").toString().split(":")[0], id])).values(),
      ];
      for (const id of ofEachType) {
        const absent = Buffer.from(Buffer.from(id, "base64url").toString().replace(`:${outside}`, ":9999")).toString(
          "base64url",
        );
        const ask = async (which: string) =>
          JSON.stringify(await app.ask("query ($id: ID!) { node(id: $id) { id } }", { id: which }, limited[role]));
        expect(await ask(id)).toBe(await ask(absent));
      }
      const instance = (id: number) =>
        app.ask("query ($id: ID!) { instance(id: $id) { id } }", { id: idOf("Instance", id) }, limited[role]);
      expect(await instance(outside)).toEqual(await instance(9999));
    }
  });

  test("a person in both tenants shows the accounts inside only, and not who reported that they left", async () => {
    const operation =
      '{ identities(search: "user1@") { nodes { email terminatedAt users { instance { id } } terminatedSource { id } } } }';
    const own = (await app.data(operation, {}, limited.ANALYST)).identities.nodes;
    expect(own).toEqual([
      {
        email: "user1@example.com",
        terminatedAt: expect.any(String),
        users: [{ instance: { id: idOf("Instance", inside) } }],
        terminatedSource: null,
      },
    ]);
    expect((await app.data(operation)).identities.nodes[0].users).toHaveLength(2);
    // Known outside only.
    const { identities } = await app.data('{ identities(search: "user10@") { nodes { email } } }', {}, limited.ADMIN);
    expect(identities.nodes).toEqual([]);
  });

  test("tokens and audit entries are for an ADMIN, by any path", async () => {
    const tokens = (await app.data("{ apiTokens { id } }")).apiTokens.map(({ id }: Data) => id);
    const entries = (await app.data("{ auditLog(first: 3) { nodes { id } } }")).auditLog.nodes.map(
      ({ id }: Data) => id,
    );
    const operation = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    const ids = [...tokens, ...entries];
    for (const token of [app.tokens.VIEWER, app.tokens.ANALYST, limited.VIEWER, limited.ANALYST])
      expect((await app.data(operation, { ids }, token)).nodes.every((one: unknown) => one === null)).toBe(true);
    const { nodes } = await app.data(operation, { ids }, limited.ADMIN);
    expect(nodes.filter(Boolean)).toHaveLength(3);
    expect((await app.data(operation, { ids })).nodes.every(Boolean)).toBe(true);
  });
});

/** Of the two destinations, the first is for the instance inside. */
const ofInstance = (instance: number) => (instance === inside ? 1 : instance === outside ? 2 : instance);

/** A person with accounts inside; one who is known outside only. */
const identityOf = (instance: number) => (instance === inside ? 2 : instance === outside ? stranger : 9999);

/** What each change is asked for with; `target` is the tenant, or something in it. */
const changes: Record<string, (instance: number) => object> = {
  connectInstance: () => ({
    input: { connectorSlug: "okta", name: "New", settings: { domain: "acme.okta.com", mode: "token", token: canary } },
  }),
  prepareConnection: () => ({ connectorSlug: "github" }),
  setInstanceDomains: (instance) => ({ id: idOf("Instance", instance), domains: ["sister.example"] }),
  createWebhookSecret: (instance) => ({ instanceId: idOf("Instance", instance) }),
  testConnection: (instance) => ({ instanceId: idOf("Instance", instance) }),
  updateInstance: (instance) => ({
    input: { instanceId: idOf("Instance", instance), name: "Renamed", settings: { token: canary, org: "inside" } },
  }),
  enableInstance: (instance) => ({
    instanceId: idOf("Instance", instance),
    settings: { token: canary, org: "inside" },
  }),
  startScan: (instance) => ({ instanceId: idOf("Instance", instance) }),
  cancelScan: (instance) => ({ id: idOf("Scan", instance, instance === inside ? 1 : 4) }),
  confirmListing: (instance) => ({ id: idOf("Scan", instance, instance === inside ? 1 : 4) }),
  createApiToken: (instance) => ({ name: "made", role: "VIEWER", instanceIds: [idOf("Instance", instance)] }),
  revokeApiToken: () => ({ id: idOf("ApiToken", 9999) }),
  updateRecommendation: (instance) => ({ id: idOf("Recommendation", instance, "no-such-check"), status: "PLANNED" }),
  requestGovernanceAction: (instance) => ({
    input: { kind: "SUSPEND_USER", instanceId: idOf("Instance", instance), userId: idOf("User", instance, "u1") },
  }),
  requestGovernanceActions: (instance) => ({
    inputs: [{ kind: "SUSPEND_USER", instanceId: idOf("Instance", instance), userId: idOf("User", instance, "u1") }],
  }),
  approveGovernanceAction: (instance) => ({ id: idOf("GovernanceAction", instance, 9999) }),
  cancelGovernanceAction: (instance) => ({ id: idOf("GovernanceAction", instance, 9999) }),
  approveGovernanceActions: (instance) => ({ ids: [idOf("GovernanceAction", instance, 9999)] }),
  cancelGovernanceActions: (instance) => ({ ids: [idOf("GovernanceAction", instance, 9999)] }),
  retryGovernanceAction: (instance) => ({ id: idOf("GovernanceAction", instance, 9999) }),
  revertGovernanceAction: (instance) => ({ id: idOf("GovernanceAction", instance, 9999) }),
  containIdentity: (instance) => ({ identityId: idOf("Identity", identityOf(instance)) }),
  containIdentities: (instance) => ({ identityIds: [idOf("Identity", identityOf(instance))] }),
  approveContainments: () => ({ ids: [idOf("Containment", 9999)] }),
  revertContainment: () => ({ id: idOf("Containment", 9999) }),
  linkIdentity: (instance) => ({ identityId: idOf("Identity", 2), userId: idOf("User", instance, "u3") }),
  unlinkIdentity: (instance) => ({ userId: idOf("User", instance, "u4") }),
  createDestination: (instance) => ({
    input: {
      kind: "WEBHOOK",
      name: "made",
      target: instance === inside ? "https://siem.example/" : "https://10.0.0.1/",
    },
  }),
  updateDestination: (instance) => ({ input: { id: idOf("Destination", ofInstance(instance)), name: "Renamed" } }),
  testDestination: (instance) => ({ id: idOf("Destination", ofInstance(instance)) }),
  redeliver: (instance) => ({ destinationId: idOf("Destination", ofInstance(instance)) }),
  deleteDestination: (instance) => ({ id: idOf("Destination", ofInstance(instance)) }),
  updateAlerts: (instance) => ({ ids: [idOf("Alert", instance, instance === inside ? 1 : 5)], status: "IN_PROGRESS" }),
  createDetector: () => ({
    input: { name: "Herons", kind: "KEYWORDS", keywords: ["heron"], matchExamples: ["heron"] },
  }),
  updateDetector: () => ({
    slug: "custom-absent",
    input: { name: "Herons", kind: "KEYWORDS", keywords: ["heron"], matchExamples: ["heron"] },
  }),
  deleteDetector: () => ({ slug: "custom-absent" }),
  inspectFiles: (instance) => ({ ids: [idOf("File", instance, "f0")] }),
  setIpRange: () => ({ input: { name: "Office", cidrs: ["203.0.113.0/24"], category: "CORPORATE" } }),
  deleteIpRange: () => ({ id: idOf("IpRange", 9999) }),
  createPolicy: (instance) => ({
    input: { name: "Any", kind: "ACTIVITY", activityFilter: { instanceIds: [idOf("Instance", instance)] } },
  }),
  updatePolicy: () => ({ id: idOf("Policy", 9999), input: { enabled: false } }),
  deletePolicy: () => ({ id: idOf("Policy", 9999) }),
  importSigmaRules: () => ({
    yaml: "title: Any\nlogsource: {product: okta}\ndetection: {s: {eventType: x}, condition: s}",
  }),
  createSuppression: (instance) => ({
    policyId: idOf("Policy", 1),
    match: { instanceIds: [idOf("Instance", instance)] },
    reason: "Expected",
  }),
  deleteSuppression: () => ({ id: idOf("Suppression", 9999) }),
  // Last: what they leave behind is not for the others.
  disableInstance: (instance) => ({ instanceId: idOf("Instance", instance) }),
  disconnectInstance: (instance) => ({ instanceId: idOf("Instance", instance) }),
};
const mutations = Object.values((schema.getMutationType() as GraphQLObjectType).getFields()).sort(
  (a, b) => Object.keys(changes).indexOf(a.name) - Object.keys(changes).indexOf(b.name),
);

async function change(
  field: GraphQLField<unknown, unknown>,
  instance: number,
  token: string,
): Promise<Answer & { auditRows: Data[] }> {
  const sql = rawSql(app.core.db);
  const variables = changes[field.name]!(instance);
  const declared = field.args.filter(({ name }) => name in variables);
  const operation = `mutation (${declared.map(({ name, type }) => `$${name}: ${type}`).join(", ")}) { ${field.name}(${declared.map(({ name }) => `${name}: $${name}`).join(", ")}) { ${everything(field.type, 1)} userErrors { code message field } } }`;
  const [last] = await sql<{ id: number }[]>`select coalesce(max(id), 0)::float8 as id from audit_log`;
  const answer = await app.ask(operation, variables, token);
  const auditRows = await sql<Data[]>`select * from audit_log where id > ${last!.id} order by id`;
  return { ...answer, auditRows: [...auditRows] };
}

describe("changing", () => {
  const roleNeeded = /Requires the role (VIEWER|ANALYST|ADMIN)(?: for all instances)?\.$/;

  test("each change names the role it needs, and is tried here", () => {
    expect(mutations.filter(({ description }) => !roleNeeded.test(description ?? "")).map(({ name }) => name)).toEqual(
      [],
    );
    expect(mutations.map(({ name }) => name).filter((name) => !changes[name])).toEqual([]);
  });

  for (const field of mutations) {
    const role = roleNeeded.exec(field.description ?? "")?.[1] as Role;

    test(`${field.name} is refused below ${role}, with an audit entry and no effect`, async () => {
      const sql = rawSql(app.core.db);
      const state = async () =>
        JSON.stringify([
          await sql`select * from instances order by id`,
          await sql`select count(*) from api_tokens`,
          await sql`select status from scans order by id`,
        ]);
      for (const lower of roles.slice(0, roles.indexOf(role)))
        for (const token of [app.tokens[lower], limited[lower]])
          for (const instance of [inside, outside]) {
            const before = await state();
            const { data, errors, auditRows } = await change(field, instance, token);
            expect([data, errors[0]?.extensions.code]).toEqual([null, "FORBIDDEN"]);
            expect(auditRows).toMatchObject([{ result: "FORBIDDEN", actor: expect.stringContaining(`test ${lower}`) }]);
            expect((await state()) === before).toBe(true);
          }
    });

    test(`${field.name} of something outside fails as for something absent, and is audited`, async () => {
      const own = await change(field, outside, limited[role]);
      const absent = await change(field, 9999, limited[role]);
      const shape = ({ data, errors, auditRows }: typeof own) =>
        JSON.stringify([
          data,
          errors.map(({ extensions, message }) => [extensions.code, message]),
          auditRows.map(({ action, result }) => [action, result]),
        ]);
      expect(shape(own)).toBe(shape(absent));
      expect(own.auditRows.length).toBeGreaterThan(0);
      expect(own.auditRows.every(({ result }) => result !== "ok")).toBe(true);
    });

    test(`${field.name} by who may leaves an audit entry, however it ends`, async () => {
      const { data, errors, auditRows } = await change(field, inside, app.tokens.ADMIN);
      expect(errors).toEqual([]);
      const failed = data[field.name].userErrors;
      expect(auditRows.length).toBeGreaterThan(0);
      expect([field.name, auditRows.at(-1).result === "ok"]).toEqual([field.name, failed.length === 0]);
      expect(auditRows.at(-1)).toMatchObject({
        actor: expect.stringContaining("test ADMIN"),
        ip_address: expect.any(String),
      });
    });
  }

  test("a change that changes nothing leaves an audit entry too", async () => {
    const instance = await seedInstance(app.core, "github", "still", {});
    const { id } = await app.newToken("VIEWER");
    const repeated: [string, object][] = [
      ["enableInstance", { instanceId: idOf("Instance", instance) }],
      ["disableInstance", { instanceId: idOf("Instance", instance) }],
      ["disableInstance", { instanceId: idOf("Instance", instance) }],
      ["disconnectInstance", { instanceId: idOf("Instance", instance) }],
      ["disconnectInstance", { instanceId: idOf("Instance", instance) }],
      ["revokeApiToken", { id: idOf("ApiToken", id) }],
      ["revokeApiToken", { id: idOf("ApiToken", id) }],
    ];
    for (const [name, variables] of repeated) {
      const count = async () => (await app.data("{ auditLog(first: 0) { totalCount } }")).auditLog.totalCount;
      const before = await count();
      const [argument] = Object.keys(variables);
      const answer = await app.data(`mutation ($id: ID!) { ${name}(${argument}: $id) { userErrors { code } } }`, {
        id: Object.values(variables)[0],
      });
      expect([name, answer[name].userErrors, await count()]).toEqual([name, [], before + 1]);
    }
  });

  test("when the audit log cannot be written, nothing is changed", async () => {
    const sql = rawSql(app.core.db);
    const { secret } = await app.newToken("ADMIN");
    await sql`create function refuse_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`;
    await sql`create trigger refuse_audit before insert on audit_log for each row execute function refuse_audit()`;
    try {
      for (const field of mutations) {
        const variables = changes[field.name]!(outside);
        const declared = field.args.filter(({ name }) => name in variables);
        const before = JSON.stringify([
          await sql`select * from instances order by id`,
          await sql`select * from api_tokens order by id`,
          await sql`select * from scans order by id`,
        ]).replaceAll(/"last_used_at":[^,]*/g, "");
        const operation = `mutation (${declared.map(({ name, type }) => `$${name}: ${type}`).join(", ")}) { ${field.name}(${declared.map(({ name }) => `${name}: $${name}`).join(", ")}) { __typename } }`;
        const { data, errors } = await app.ask(operation, variables, secret);
        expect([field.name, data, errors[0]?.extensions.code]).toEqual([field.name, null, "INTERNAL_SERVER_ERROR"]);
        const after = JSON.stringify([
          await sql`select * from instances order by id`,
          await sql`select * from api_tokens order by id`,
          await sql`select * from scans order by id`,
        ]).replaceAll(/"last_used_at":[^,]*/g, "");
        expect(after === before, field.name).toBe(true);
      }
    } finally {
      await sql`drop trigger refuse_audit on audit_log`;
      await sql`drop function refuse_audit`;
    }
  });

  test("the audit log takes nothing back", async () => {
    const sql = rawSql(app.core.db);
    await expect(sql`update audit_log set result = 'ok'`).rejects.toThrow("append-only");
    await expect(sql`delete from audit_log`).rejects.toThrow("append-only");
    await expect(sql`truncate audit_log`).rejects.toThrow("append-only");
  });
});

describe("listening", () => {
  const wantsOutside: Record<string, () => object> = {
    activityAdded: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
    activitiesAdded: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
    fileChanged: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
    instanceChanged: () => ({ ids: [idOf("Instance", outside)] }),
    scanProgressed: () => ({ instanceIds: [idOf("Instance", outside)] }),
    recommendationChanged: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
    alertChanged: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
    governanceActionChanged: () => ({ filter: { instanceIds: [idOf("Instance", outside)] } }),
  };
  const subscriptions = Object.values((schema.getSubscriptionType() as GraphQLObjectType).getFields());

  test("every subscription tells of the tenants inside only, also when it asks for others", async () => {
    expect(subscriptions.map(({ name }) => name).filter((name) => !wantsOutside[name])).toEqual([]);
    const open = subscriptions.flatMap((field) =>
      roles.flatMap((role) =>
        [{}, wantsOutside[field.name]!()].map((variables) => {
          const declared = field.args.filter(({ name }) => name in variables);
          const head =
            declared.length > 0 ? `(${declared.map(({ name, type }) => `$${name}: ${type}`).join(", ")})` : "";
          const args = declared.length > 0 ? `(${declared.map(({ name }) => `${name}: $${name}`).join(", ")})` : "";
          const operation = `subscription ${head} { ${field.name}${args} { ${everything(field.type, 2)} } }`;
          return {
            field: field.name,
            all: declared.length === 0,
            reader: app.subscribe(operation, variables, limited[role]),
          };
        }),
      ),
    );
    await sleep(500);
    for (const n of range(5))
      for (const instance of [outside, inside]) {
        await addActivities(app.core, instance, [activityRecord(500 + n)]);
        await addFiles(app.core, instance, [file(`x${n}`)]);
        await app.core.db.transaction(
          async (tx) =>
            void (await publish(tx as unknown as Db, "instance", {
              instanceId: instance,
              payload: { status: "CONNECTED" },
            })),
        );
        await app.core.db.transaction(
          async (tx) =>
            void (await publish(tx as unknown as Db, "scan", {
              instanceId: instance,
              scanId: instance === inside ? 1 : 4,
            })),
        );
      }
    for (const { field, all, reader } of open)
      if (all && !["recommendationChanged", "governanceActionChanged", "alertChanged"].includes(field))
        await reader.until(1);
    await sleep(300);
    for (const { field, all, reader } of open) {
      expect([field, leaks(reader.received)]).toEqual([field, []]);
      if (!all) expect([field, reader.received]).toEqual([field, []]);
      reader.stop();
    }
  });

  const rights: [string, (id: number) => Promise<unknown>][] = [
    [
      "narrowed to one tenant",
      (id) =>
        app.core.db
          .update(tables.apiTokens)
          .set({ instanceIds: [inside] })
          .where(eq(tables.apiTokens.id, id)),
    ],
    [
      "lowered to VIEWER",
      (id) => app.core.db.update(tables.apiTokens).set({ role: "VIEWER" }).where(eq(tables.apiTokens.id, id)),
    ],
    [
      "revoked",
      (id) =>
        app.data("mutation ($id: ID!) { revokeApiToken(id: $id) { userErrors { code } } }", {
          id: idOf("ApiToken", id),
        }),
    ],
    [
      "expired",
      (id) =>
        app.core.db
          .update(tables.apiTokens)
          .set({ expiresAt: new Date(Date.now() + 500) })
          .where(eq(tables.apiTokens.id, id)),
    ],
  ];
  for (const [what, take] of rights)
    test.concurrent(`a token that is ${what}: its streams end with 4403 within 5 s, and tell nothing any more before`, async () => {
      const { id, secret } = await app.newToken("ANALYST");
      const operation = "subscription { activityAdded { activity { id instance { id } } } }";
      const readers = range(10).map(() => {
        const client = app.socket(secret);
        // The second one has nothing to tell: it ends with the socket alone.
        return {
          told: read(client, operation),
          quiet: read(client, "subscription { instanceChanged(ids: []) { id } }"),
        };
      });
      const stream = await fetch(`${app.url}/graphql`, {
        method: "POST",
        headers: { accept: "text/event-stream", "content-type": "application/json", authorization: `Bearer ${secret}` },
        body: JSON.stringify({ query: operation }),
      });
      const streamed = stream.text();
      const keeper = app.subscribe(operation);
      let goesOn = true;
      const writing = (async () => {
        for (let n = 0; goesOn; n += 1) {
          for (const instance of [inside, outside])
            await addActivities(app.core, instance, [activityRecord(100_000 + n * 7 + id * 10_000)]);
          await sleep(20);
        }
      })();
      try {
        for (const reader of [...readers.map(({ told }) => told), keeper]) await reader.until(1);
        const startedAt = Date.now();
        await take(id);
        const ends = await Promise.all(readers.map(({ quiet }) => quiet.ended));
        const text = await streamed;
        expect(Date.now() - startedAt).toBeLessThan(5_000);
        expect(ends.map(({ code }) => code)).toEqual(range(10).map(() => 4403));
        // Told why before, or closed with the socket.
        for (const end of await Promise.all(readers.map(({ told }) => told.ended)))
          expect(end.code ?? end[0].extensions.code).toSatisfy((code) => [4403, "UNAUTHENTICATED"].includes(code));
        expect(text.trimEnd().endsWith("event: complete\ndata:")).toBe(true);
        const counts = readers.map(({ told }) => told.received.length);
        const before = keeper.received.length;
        await keeper.until(before + 4);
        expect(readers.map(({ told }) => told.received.length)).toEqual(counts);
        if (what === "narrowed to one tenant") {
          await sleep(Math.max(0, startedAt + 3_000 - Date.now()));
          const { data } = await app.ask("{ instances { nodes { id } } }", {}, secret);
          expect(data.instances.nodes).toEqual([{ id: idOf("Instance", inside) }]);
        }
      } finally {
        goesOn = false;
        await writing;
        keeper.stop();
      }
    });
});

describe("secrets", () => {
  test("every secret setting of every connector is blotted out of the audit log by its name", () => {
    for (const { manifest } of connectors)
      for (const [name, fact] of Object.entries(manifest.settings))
        if (fact.secret)
          expect([manifest.slug, name, JSON.stringify(redact({ after: { settings: { [name]: canary } } }))]).toEqual([
            manifest.slug,
            name,
            expect.not.stringContaining(canary),
          ]);
  });

  test("after all of this no credential, token or stack is in an answer, a log line, an audit entry or the activity log", async () => {
    const sql = rawSql(app.core.db);
    const { secret } = await app.newToken("VIEWER");
    await app.ask("{ viewer { name } }", {}, `${secret}x`);
    const audit = await sql`select * from audit_log`;
    const log = await sql`select * from activity_log`;
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const places = {
      answers: answers.join("\n"),
      logged: JSON.stringify(app.logged),
      audit: JSON.stringify(audit),
      log: JSON.stringify(log),
      metrics,
    };
    const tokens = [...Object.values(app.tokens), ...Object.values(limited), secret];
    const forbidden = [
      canary,
      Buffer.from(canary).toString("base64"),
      Buffer.from(canary).toString("base64url").slice(1),
      ...tokens,
      "/srv/provider.js",
      "node_modules/",
    ];
    for (const [place, text] of Object.entries(places))
      for (const one of forbidden)
        expect([place, one, text.includes(one) && !(place === "logged" && one === "node_modules/")]).toEqual([
          place,
          one,
          false,
        ]);
    // Tokens are in the database as hashes, canaries sealed.
    const dump = JSON.stringify([
      await sql`select * from instances`,
      await sql`select * from api_tokens`,
      await sql`select * from oauth_states`,
    ]);
    for (const one of forbidden) expect([one, dump.includes(one)]).toEqual([one, false]);
    expect(answers.length).toBeGreaterThan(100);
  });
});
