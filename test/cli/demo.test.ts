import { expect, onTestFinished, test } from "vitest";
import { demoApps } from "#src/cli/demo/tenants.ts";
import { until } from "../e2e/support.ts";
import { createTestDatabase } from "../support/database.ts";
import { freePort } from "../support/gatehouse.ts";
import { startGatehouse, temporaryFolder } from "./support.ts";

const shown = await demoApps(null);

const folder = temporaryFolder();

test("the demo connects its tenants, and its policy finds the attacker and acts", { timeout: 180_000 }, async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const demo = startGatehouse(["demo"], {
    env: { DATABASE_URL: database.url, GATEHOUSE_DATA: folder.path, PORT: String(await freePort()) },
  });
  const [, url] = await demo.waitFor(/Gatehouse is ready in \d+ ms: (http:\S+)/, 90_000);
  const [, token] = await demo.waitFor(/Bearer ([\w-]+)'/);
  await demo.waitFor(/New activities keep coming/, 60_000);
  expect(demo.stdout().match(/^Connected /gm)).toHaveLength(shown.length);
  const ask = async () => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query: "{ governanceActions { nodes { kind status requestedBy alert { title policy { name } } } } }",
      }),
    });
    return ((await response.json()) as { data: { governanceActions: { nodes: { status: string }[] } } }).data
      .governanceActions.nodes;
  };
  const [action] = await until(ask, (found) => found.some(({ status }) => status === "SUCCEEDED"), 60_000);
  expect(action).toMatchObject({
    kind: "REQUIRE_SIGN_IN_AGAIN",
    requestedBy: "policy: Many failed sign-ins (demo)",
    alert: { policy: { name: "Many failed sign-ins (demo)" } },
  });
  expect((await demo.kill("SIGINT", 30_000)).code).toBe(0);
  expect(demo.stderr()).not.toMatch(/"level":[56]0/);
});
