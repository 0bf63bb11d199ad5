import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { rawSql } from "#db/client.ts";
import type { ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type * as connectorList from "#src/connectors/index.ts";
import { runAction } from "#src/response/governance/run.ts";
import { idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";

const provider = vi.hoisted(() => ({
  asked: [] as ActionTarget[],
  answers: [] as (ActionResult | Error)[],
}));

vi.mock("#src/connectors/index.ts", async (original) => {
  const { madeUp, withConnector } = await import("../../support/made-up-connector.ts");
  const run = async (_: unknown, target: ActionTarget): Promise<ActionResult> => {
    provider.asked.push(target);
    const answer = provider.answers.shift() ?? { changed: true };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return withConnector(
    await original<typeof connectorList>(),
    madeUp({
      manifest: {
        actions: {
          SUSPEND_USER: { scopes: [] },
          REVOKE_APP_FOR_USER: { scopes: [] },
          TRASH_FILE: { scopes: [] },
          RESET_PASSWORD: { scopes: [], when: (settings) => settings.mode === "full" },
        },
      },
      actions: { SUSPEND_USER: run, REVOKE_APP_FOR_USER: run, TRASH_FILE: run, RESET_PASSWORD: run },
    }),
  );
});

const request = `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) {
  governanceAction { id status checkAt changed attempts } userErrors { code message field } } }`;
const byId = `query ($id: ID!) { node(id: $id) { ... on GovernanceAction { status checkAt changed attempts error } } }`;

describe("what a connector's actions may do and are handed", () => {
  let app: TestApp;
  let instance: number;

  beforeAll(async () => {
    app = await startApp();
    instance = await seedInstance(app.core, "made-up", "acme");
  });
  beforeEach(() => {
    provider.asked.length = 0;
    provider.answers.length = 0;
  });

  const ask = async (input: object) =>
    (await app.data(request, { input: { instanceId: idOf("Instance", instance), ...input } })).requestGovernanceAction;
  const run = (id: string) => {
    const [, key] = Buffer.from(id, "base64url").toString().split(":");
    return runAction(app.core, { instanceId: instance, id: Number(key!.split("/")[1]) }, new AbortController().signal);
  };
  const now = async (id: string) => (await app.data(byId, { id })).node;
  const account = (externalId: string) => Buffer.from(`User:${instance}/${externalId}`).toString("base64url");

  test("an app that takes its time is asked again at the time it named, by its own reference, and what was before is kept", async () => {
    const checkAt = new Date("2026-12-01T10:00:00.000Z");
    provider.answers.push(
      { changed: false, before: { state: "on" }, pending: { reference: "job-7", checkAt } },
      { changed: false, pending: { reference: "job-7", checkAt } },
      { changed: false },
    );
    const { governanceAction: action } = await ask({ kind: "SUSPEND_USER", userId: account("u1") });
    await run(action.id);
    expect(await now(action.id)).toMatchObject({ status: "RUNNING", checkAt: checkAt.toISOString(), changed: null });
    await run(action.id);
    await run(action.id);
    expect(provider.asked.map(({ pending }) => pending)).toEqual([undefined, "job-7", "job-7"]);
    // Asking was no further attempt, and something was done although the last answer found nothing to change.
    expect(await now(action.id)).toMatchObject({ status: "SUCCEEDED", checkAt: null, changed: true, attempts: 1 });
    const [row] = await rawSql(app.core.db)`select before, pending from governance_actions order by id desc limit 1`;
    expect(row).toEqual({ before: { state: "on" }, pending: null });
    const jobs = await rawSql(app.core.db)<{ start: Date }[]>`
      select start_after as start from pgboss.job where name = 'governance.run' and singleton_key like ${`%/pending-${checkAt.getTime()}`}`;
    expect(jobs.map(({ start }) => new Date(start).toISOString())).toContain(checkAt.toISOString());
  });

  test("an app that never finishes fails the action after seven days", async () => {
    const checkAt = new Date("2026-12-01T10:00:00.000Z");
    provider.answers.push({ changed: false, pending: { reference: "job-8", checkAt } });
    const { governanceAction: action } = await ask({ kind: "SUSPEND_USER", userId: account("u2") });
    await run(action.id);
    await rawSql(
      app.core.db,
    )`update governance_actions set started_at = started_at - interval '8 days' where status = 'RUNNING'`;
    await run(action.id);
    expect(await now(action.id)).toMatchObject({
      status: "FAILED",
      error: "Made-up App did not finish it within seven days.",
    });
    expect(provider.asked).toHaveLength(1);
  });

  test("the grant of one person is handed over with what revoking it needs", async () => {
    const [grant] = await rawSql(app.core.db)<{ appId: string; userId: string }[]>`
      update oauth_grants set reference = 'grant-42' where ctid = (select ctid from oauth_grants where instance_id = ${instance} limit 1)
      returning app_id as "appId", user_id as "userId"`;
    const oauthAppId = Buffer.from(`OAuthApp:${instance}/${grant!.appId}`).toString("base64url");
    const { governanceAction: action } = await ask({
      kind: "REVOKE_APP_FOR_USER",
      userId: account(grant!.userId),
      oauthAppId,
    });
    await run(action.id);
    expect(provider.asked[0]).toMatchObject({
      user: { externalId: grant!.userId },
      oauthApp: { externalId: grant!.appId },
      grant: { reference: "grant-42" },
    });
  });

  test("a file is named by its id, and two actions on one file do not run at once", async () => {
    const fileId = Buffer.from(`File:${instance}/f-1`).toString("base64url");
    const first = (await ask({ kind: "TRASH_FILE", fileId })).governanceAction;
    const second = (await ask({ kind: "TRASH_FILE", fileId })).governanceAction;
    provider.answers.push({
      changed: false,
      pending: { reference: "job-9", checkAt: new Date("2026-12-01T10:00:00.000Z") },
    });
    await run(first.id);
    await run(second.id);
    expect(provider.asked).toMatchObject([{ file: { externalId: "f-1" } }]);
    expect(await now(second.id)).toMatchObject({ status: "QUEUED" });
    expect((await ask({ kind: "TRASH_FILE" })).userErrors).toMatchObject([
      { field: ["input", "fileId"], message: "TRASH_FILE requires a file: set fileId." },
    ]);
  });

  test("an action that the settings leave out is refused before anything is stored", async () => {
    expect(await ask({ kind: "RESET_PASSWORD", userId: account("u1") })).toMatchObject({
      governanceAction: null,
      userErrors: [{ code: "ACTION_NOT_SUPPORTED", field: ["input", "kind"] }],
    });
    await rawSql(app.core.db)`update instances set settings = '{"mode":"full"}' where id = ${instance}`;
    expect((await ask({ kind: "RESET_PASSWORD", userId: account("u1") })).userErrors).toEqual([]);
  });
});
