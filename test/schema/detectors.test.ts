import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { builtInDetectors } from "#src/inspection/detectors/index.ts";
import { startApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const create = `mutation ($input: DetectorInput!) { createDetector(input: $input) { detector { slug kind category builtIn examples } userErrors { code message field } } }`;
const order = {
  name: "Order number",
  kind: "EXPRESSION",
  expression: "\\bORD-\\d{6}\\b",
  matchExamples: ["see ORD-123456"],
  noneExamples: ["ORD-12"],
};

test("lists every built-in detector to anyone who is signed in", async () => {
  const { detectors } = await app.data(
    `{ detectors { slug name description category countries builtIn examples kind } }`,
    {},
    app.tokens.VIEWER,
  );
  expect(detectors.filter(({ builtIn }: { builtIn: boolean }) => builtIn)).toHaveLength(builtInDetectors.length);
  expect(detectors.find(({ slug }: { slug: string }) => slug === "iban")).toMatchObject({
    category: "FINANCIAL",
    kind: null,
  });
});

test("an ADMIN creates, replaces and deletes a detector; others may not, and the audit log has no definition", async () => {
  expect(await app.data(create, { input: order })).toEqual({
    createDetector: {
      detector: {
        slug: "custom-order-number",
        kind: "EXPRESSION",
        category: "CUSTOM",
        builtIn: false,
        examples: ["see ORD-123456"],
      },
      userErrors: [],
    },
  });
  const again = await app.data(create, { input: order });
  expect(again.createDetector.userErrors).toMatchObject([{ code: "CONFLICT", field: ["input", "name"] }]);
  const refused = await app.ask(create, { input: order }, app.tokens.ANALYST);
  expect(refused.errors[0]?.extensions.code).toBe("FORBIDDEN");
  const values = { name: "Members", kind: "EXACT_DATA", values: ["Mira Holt"] };
  const { updateDetector } = await app.data(
    `mutation ($input: DetectorInput!) { updateDetector(slug: "custom-order-number", input: $input) { detector { slug name kind } userErrors { code } } }`,
    { input: values },
  );
  expect(updateDetector).toEqual({
    detector: { slug: "custom-order-number", name: "Members", kind: "EXACT_DATA" },
    userErrors: [],
  });
  const { deleteDetector } = await app.data(
    `mutation { deleteDetector(slug: "custom-order-number") { detector { slug } userErrors { code } } }`,
  );
  expect(deleteDetector).toEqual({ detector: { slug: "custom-order-number" }, userErrors: [] });
  const { auditLog } = await app.data(
    `{ auditLog(filter: { actions: ["detector.create", "detector.update", "detector.delete"] }) { nodes { action result after } } }`,
  );
  expect(auditLog.nodes.map(({ action, result }: { action: string; result: string }) => `${action} ${result}`)).toEqual(
    [
      "detector.delete ok",
      "detector.update ok",
      "detector.create FORBIDDEN",
      "detector.create CONFLICT",
      "detector.create ok",
    ],
  );
  expect(JSON.stringify(auditLog)).not.toMatch(/ORD-|Mira/);
});

test.each<[string, object, string[]]>([
  ["an expression that looks around", { expression: "(?=a)b" }, ["input", "expression"]],
  ["an expression that matches everything", { expression: "a*" }, ["input", "expression"]],
  ["an example that is not found", { matchExamples: ["nothing"] }, ["input", "matchExamples", "0"]],
  ["a counter-example that is found", { noneExamples: ["ORD-123456"] }, ["input", "noneExamples", "0"]],
  ["no example", { matchExamples: [] }, ["input", "matchExamples"]],
  ["no keywords", { kind: "KEYWORDS" }, ["input", "keywords"]],
  ["values that are too short", { kind: "EXACT_DATA", matchExamples: null, values: ["a-b"] }, ["input", "values"]],
  ["examples of exact data", { kind: "EXACT_DATA", values: ["Mira Holt"] }, ["input", "matchExamples"]],
])("%s is refused by its field", async (_, change, field) => {
  const { createDetector } = await app.data(create, {
    input: { ...order, noneExamples: [], ...change, name: "Draft" },
  });
  expect(createDetector.userErrors).toMatchObject([{ code: "BAD_USER_INPUT", field }]);
});

test("an ADMIN requests an inspection, and reads its state from the file", async () => {
  const [instance] = await rawSql(app.core.db)`
    insert into instances (connector_slug, name, status) values ('github', 'Acme', 'CONNECTED') returning id`;
  await rawSql(app.core.db)`
    insert into files (instance_id, external_id, container, name, is_folder, digest, raw) values (${instance!.id}, 'f', 'drive', 'f.txt', false, '', '{}')`;
  const { files } = await app.data(`{ files { nodes { id inspection { status matches { count } } } } }`);
  expect(files.nodes[0].inspection).toEqual({ status: "NOT_REQUESTED", matches: [] });
  const ask = `mutation ($ids: [ID!]!) { inspectFiles(ids: $ids) { files { id inspection { status } } userErrors { code } } }`;
  const ids = [files.nodes[0].id];
  expect((await app.data(ask, { ids })).inspectFiles).toEqual({
    files: [{ id: ids[0], inspection: { status: "PENDING" } }],
    userErrors: [],
  });
  expect((await app.ask(ask, { ids }, app.tokens.ANALYST)).errors[0]?.extensions.code).toBe("FORBIDDEN");
  await rawSql(app.core.db)`
    insert into file_matches (instance_id, file_id, detector, count, confidence, reasons, samples) values
      (${instance!.id}, 'f', 'iban', 2, 'HIGH', '{}', '{}'), (${instance!.id}, 'f', 'custom-deleted', 1, 'LOW', '{}', '{}')`;
  await rawSql(
    app.core.db,
  )`update files set inspection_status = 'INSPECTED', inspected_at = now(), inspected_version = '1', version = '1'`;
  const stale = async () =>
    (await app.data("{ files { nodes { inspection { stale } } } }")).files.nodes[0].inspection.stale;
  expect(await stale()).toBe(false);
  await rawSql(app.core.db)`update files set version = '2'`;
  expect(await stale()).toBe(true);
  const { node } = await app.data(
    `query ($id: ID!) { node(id: $id) { ... on File { inspection { matches { detector { slug name builtIn } count } } } } }`,
    { id: ids[0] },
  );
  expect(node.inspection.matches).toMatchObject([
    { detector: { slug: "iban", builtIn: true }, count: 2 },
    { detector: { slug: "custom-deleted", builtIn: false }, count: 1 },
  ]);
});
