import { expect, onTestFinished, test } from "vitest";
import { demoApps } from "#src/cli/demo/tenants.ts";
import { until } from "../e2e/support.ts";
import { createTestDatabase } from "../support/database.ts";
import { freePort } from "../support/gatehouse.ts";
import { startGatehouse, temporaryFolder } from "./support.ts";

const shown = await demoApps(null);

const folder = temporaryFolder();

test("the demo connects its tenants, finds the attacker, and takes back a public link to card numbers", {
  timeout: 180_000,
}, async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const demo = startGatehouse(["demo"], {
    env: { DATABASE_URL: database.url, GATEHOUSE_DATA: folder.path, PORT: String(await freePort()) },
  });
  const [, url] = await demo.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 90_000);
  const [, token] = await demo.waitFor(/Bearer ([\w-]+)'/);
  await demo.waitFor(/New activities keep coming/, 60_000);
  expect(demo.stdout().match(/^Connected /gm)).toHaveLength(shown.length);
  const ask = async (query: string, variables?: object) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: Record<string, unknown> }).data;
  };
  const done = async (kind: string) => {
    const query = `query ($filter: GovernanceActionFilter) { governanceActions(filter: $filter) {
      nodes { id kind status requestedBy file { id name sharing } alert { policy { name } } } } }`;
    const { governanceActions } = await ask(query, { filter: { kinds: [kind], status: ["SUCCEEDED"] } });
    return (governanceActions as { nodes: { id: string; file: { id: string } | null }[] }).nodes;
  };
  const [signOut] = await until(
    () => done("REQUIRE_SIGN_IN_AGAIN"),
    (found) => found.length > 0,
    60_000,
  );
  expect(signOut).toMatchObject({
    requestedBy: "policy: Many failed sign-ins (demo)",
    alert: { policy: { name: "Many failed sign-ins (demo)" } },
  });
  const [removed] = await until(
    () => done("REMOVE_PUBLIC_SHARING"),
    (found) => found.length > 0,
    60_000,
  );
  expect(removed).toMatchObject({ requestedBy: "policy: Public link to a sensitive file (demo)" });
  const revert = "mutation ($id: ID!) { revertGovernanceAction(id: $id) { userErrors { message } } }";
  expect(await ask(revert, { id: removed!.id })).toEqual({ revertGovernanceAction: { userErrors: [] } });
  const reverted = `query ($id: ID!) { node(id: $id) { ... on GovernanceAction {
    status instance { name } file { name sharing } } }
    governanceActions(filter: { kinds: [RESTORE_FILE] }) { nodes { status error attempts } } }`;
  await until(
    () => ask(reverted, removed),
    ({ node }) => (node as { status: string }).status === "REVERTED",
    60_000,
  );
  expect((await demo.kill("SIGINT", 30_000)).code).toBe(0);
  expect(demo.stderr()).not.toMatch(/"level":[56]0/);
});
