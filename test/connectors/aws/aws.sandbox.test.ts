import { afterAll, beforeAll, expect, test } from "vitest";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { aws } from "#src/connectors/aws/index.ts";
import { ConflictError, ProviderAuthError, ProviderRateLimitError } from "#src/errors.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../../support/sandbox.ts";
import { Live } from "../live.ts";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let live: Live;
const externalId = "an external id that nobody chose";
const connect = (credentials: Record<string, string>, id = externalId) =>
  new Live(aws, sandbox.url, { ...credentials, externalId: id });

beforeAll(async () => {
  sandbox = await startSandbox();
  tenant = await sandbox.createTenant({
    provider: "aws",
    name: "tern",
    users: 12,
    groups: 3,
    events: 30,
    historyDays: 1,
  });
  live = connect(tenant.credentials);
  await live.obtain();
});
afterAll(async () => {
  await live.close();
  await sandbox.stop();
});

test("a role that trusts another external id refuses, and one that asks for none is refused", async () => {
  const other = connect(tenant.credentials, "the external id of somebody else");
  await expect(other.obtain()).rejects.toThrow(ProviderAuthError);
  await tenant.change("open-trust", {});
  await expect(other.obtain()).rejects.toThrow(/without the external ID/);
  await tenant.change("open-trust", { open: false });
  await other.close();
});

test("buckets are shared as it is in effect: what is blocked is not public, whatever its policy states", async () => {
  const { items } = await live.read("FILES");
  const sharing = Object.fromEntries(
    items.flatMap((item: FileItem) => (item.kind === "file" ? [[item.name.replace("tern-", ""), item.sharing]] : [])),
  );
  expect(sharing).toEqual({
    website: "PUBLIC",
    downloads: "PUBLIC",
    partner: "EXTERNAL",
    ...{ backup: "INTERNAL", blocked: "INTERNAL", logs: "INTERNAL", trail: "INTERNAL" },
  });
  expect(items).toContainEqual(
    expect.objectContaining({
      kind: "collaborator",
      fileId: "tern-partner",
      externalId: "arn:aws:iam::999988887777:root",
    }),
  );
});

test("while IAM makes the credential report the scan rests, and goes on from there", async () => {
  await tenant.change("delay-report", { seconds: 1 });
  const first: StreamPage<unknown>[] = [];
  for await (const page of live.pages("USERS")) first.push(page);
  expect(first).toEqual([{ items: [], cursor: expect.any(String), resumeAt: expect.any(Date) }]);
  await expect
    .poll(async () => (await live.read("USERS", { cursor: first[0]!.cursor })).items.length, {
      timeout: 5000,
      interval: 250,
    })
    .toBeGreaterThan(12);
});

test("more than two calls a second to CloudTrail are put off and not lost", async () => {
  const busy = await sandbox.createTenant({ provider: "aws", name: "heron", users: 5, events: 160, historyDays: 1 });
  const reader = connect(busy.credentials);
  await reader.obtain();
  const from = new Date(Date.now() - 2 * 86_400_000);
  const found = new Set<string>();
  let cursor: string | null = null;
  for (let run = 0; run < 20 && found.size < 160; run++)
    try {
      for await (const page of reader.pages("ACTIVITIES", { from, cursor, part: await firstPart(reader) })) {
        for (const item of page.items) found.add(item.externalId);
        cursor = page.cursor;
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ProviderRateLimitError);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  await reader.close();
  expect(found.size).toBe(160);
});

const firstPart = async (reader: Live) => (await reader.listedParts("ACTIVITIES"))[0]!.name;

test("roles and root users are not changed", async () => {
  const action = aws.actions.SUSPEND_USER!;
  for (const login of [
    "111122223333/root",
    `${(await live.listedParts("ACTIVITIES"))[0]!.name.split("/")[0]}/role/deploy`,
  ])
    await expect(
      (async () => action(live.context, { user: { externalId: "x", login, email: null }, parameters: {} }))(),
    ).rejects.toThrow(ConflictError);
});

test("a credential of a further account is made with its role and the same external id", async () => {
  const asked: string[] = [];
  const http = {
    request: async ({ body }: { body: string }) => {
      asked.push(body);
      if (!body.includes("ExternalId")) throw new ProviderAuthError("refused");
      const keys = "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>";
      const expiry = "<Expiration>2026-11-20T13:00:00Z</Expiration>";
      const inner = `<AssumeRoleResult><Credentials>${keys}${expiry}</Credentials></AssumeRoleResult>`;
      return { body: `<AssumeRoleResponse>${inner}</AssumeRoleResponse>` };
    },
  } as unknown as Live["context"]["http"];
  const audience = "arn:aws:iam::222233334444:role/Gatehouse";
  const made = await aws.authorization.tokenFor!({ ...live.context, http }, live.credential!, { audience });
  expect(made.expiresAt).toEqual(new Date("2026-11-20T13:00:00Z"));
  expect(asked).toHaveLength(2);
  for (const body of asked) expect(body).toContain(encodeURIComponent(audience));
});
