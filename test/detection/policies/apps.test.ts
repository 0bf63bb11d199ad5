import { beforeAll, describe, expect, it } from "vitest";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { OAuthAppItem } from "#src/connector-kit/contract/records.ts";
import { storeOAuthApps } from "#src/inventory/oauth-apps/store.ts";
import { publish } from "#src/realtime/publish.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { newest, seedInstance } from "../../support/seed.ts";
import { alertsOf, evaluated, instanceIdOf, makePolicy, tryPolicy, userIdOf } from "./support.ts";

describe("policies over apps", () => {
  let app: TestApp;
  let github: number;
  let okta: number;

  beforeAll(async () => {
    app = await startApp({ workers: true });
    github = await seedInstance(app.core, "github", "acme", { apps: 0 });
    okta = await seedInstance(app.core, "okta", "acme", { apps: 0 });
  });

  /** A scan that named these apps and has ended. */
  async function scan(instanceId: number, apps: (Partial<OAuthAppItem> & { externalId: string })[]): Promise<void> {
    await app.core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const row = {
        instanceId,
        stream: "OAUTH_APPS",
        mode: "FULL",
        status: "SUCCEEDED",
        startedAt: newest,
        finishedAt: newest,
      } as const;
      const [{ id } = { id: 0 }] = await tx.insert(tables.scans).values(row).returning({ id: tables.scans.id });
      const items = apps.map(
        (one) =>
          ({
            kind: "app",
            name: one.externalId,
            scopes: ["read"],
            permissionLevel: "LOW",
            raw: {},
            ...one,
          }) as OAuthAppItem,
      );
      await rawSql(tx)`delete from oauth_apps where instance_id = ${instanceId}`;
      await storeOAuthApps(rawSql(tx), instanceId, items, id);
      await publish(tx, "scan", { instanceId, scanId: id });
    });
    await evaluated(app);
  }

  it("raise an alert when an app comes to match, and when its scopes grow, once each", async () => {
    const policy = await makePolicy(app, {
      kind: "OAUTH_APP",
      name: "Powerful app",
      oauthAppFilter: { permissionLevels: ["HIGH"] },
      actions: [{ kind: "BAN_APP" }],
      maxTargetsPerDay: 0,
    });
    const high = { externalId: "helper", permissionLevel: "HIGH", scopes: ["read", "write"] } as const;
    await scan(github, [{ externalId: "harmless" }, high]);
    const seen = () =>
      app.data(
        `query ($id: ID!) { alerts(filter: { policyIds: [$id] }) { nodes { title occurrences explanation oauthApp { externalId } } } }`,
        { id: policy.id },
      );
    expect((await seen()).alerts.nodes).toMatchObject([
      {
        title: "Powerful app: helper",
        occurrences: 1,
        oauthApp: { externalId: "helper" },
        explanation: { rule: "app", scopes: ["read", "write"] },
      },
    ]);
    await scan(github, [high]);
    expect((await seen()).alerts.nodes).toMatchObject([{ occurrences: 1 }]);
    await scan(github, [{ ...high, scopes: ["read"] }]);
    await scan(github, [{ ...high, scopes: ["read", "admin"] }]);
    expect((await seen()).alerts.nodes).toMatchObject([{ occurrences: 2 }]);
    await scan(github, []);
    await scan(github, [high]);
    expect((await seen()).alerts.nodes).toMatchObject([{ occurrences: 3 }]);
    const { governanceActions } = await app.data("{ governanceActions { nodes { kind status policy { id } } } }");
    expect(governanceActions.nodes).toMatchObject([{ kind: "BAN_APP", policy: { id: policy.id } }]);
  });

  it("can be limited to instances, and are refused what cannot be", async () => {
    const input = { kind: "OAUTH_APP", oauthAppFilter: { search: "scoped" } };
    const policy = await makePolicy(app, { ...input, include: { instanceIds: [instanceIdOf(okta)] } });
    await scan(github, [{ externalId: "scoped" }]);
    await scan(okta, [{ externalId: "scoped" }]);
    expect(await alertsOf(app, policy.id)).toMatchObject([{ instance: { id: instanceIdOf(okta) } }]);
    const refused: [object, string[]][] = [
      [{ ...input, include: { userIds: [userIdOf(okta, "u1")] } }, ["input", "include", "userIds"]],
      [{ ...input, actions: [{ kind: "SUSPEND_USER" }] }, ["input", "actions", "0", "kind"]],
      [{ ...input, threshold: { count: 2, windowSeconds: 60 } }, ["input", "threshold"]],
      [{ kind: "OAUTH_APP" }, ["input", "oauthAppFilter"]],
      [{ kind: "OAUTH_APP", oauthAppFilter: { minUsers: 0 } }, ["input", "oauthAppFilter", "minUsers"]],
      [{ kind: "OAUTH_APP", oauthAppFilter: { scopes: [] } }, ["input", "oauthAppFilter", "scopes"]],
      [
        { kind: "OAUTH_APP", oauthAppFilter: { instanceIds: [idOf("Instance", 99)] } },
        ["input", "oauthAppFilter", "instanceIds"],
      ],
    ];
    for (const [one, field] of refused) {
      const { policy: none, userErrors } = await tryPolicy(app, one);
      expect([one, none, userErrors[0]?.field]).toEqual([one, null, field]);
    }
  });
});
