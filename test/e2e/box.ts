import { expect } from "vitest";
import { ends, streamsAndPauses } from "./life.ts";
import { api, gatehouse, sandbox } from "./shared.ts";
import { sorted, until } from "./support.ts";

interface FileAnswer {
  id: string;
  externalId: string;
  name: string;
  path: string;
  mimeType: string | null;
  sharing: string;
  labels: string[];
  link: { audience: string } | null;
  collaborators: { nodes: { email: string | null; external: boolean; inherited: boolean | null }[] };
}

const fileFields = `id externalId name path mimeType sharing labels link { audience }
  collaborators { nodes { email external inherited } }`;

/** Connects with client credentials, reads everything, takes a public link away and gives it back, streams, and ends. */
export async function boxLives(): Promise<void> {
  const size = { users: 40, groups: 3, events: 200, historyDays: 3, files: 160 };
  const tenant = await sandbox.createTenant({ provider: "box", name: "acme", ...size });
  const { watchedFolder, clientId, clientSecret, enterpriseId, webhookPrimaryKey } = tenant.credentials;
  const id = await api.connected("box", "Acme", {
    ...{ clientId, clientSecret, enterpriseId, webhookPrimaryKey, watchedFolders: watchedFolder },
  });
  const connected = await api.scanned(id);
  expect(connected).toMatchObject({ accountName: "Acme", externalAccountId: enterpriseId });

  const users = await api.users(id);
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(sorted((await tenant.userIds()).ids));
  expect(users.filter(({ isAdmin }) => isAdmin)).toHaveLength(4);
  expect(users.filter(({ isExternal }) => isExternal)).toHaveLength(40);
  const groups = [...(await api.groups(id)).values()];
  expect(groups.map(({ members }) => members.length > 0)).toEqual([true, true, true]);
  const { events } = await tenant.events(0, 1000);
  const activities = await api.activities(id);
  expect(sorted(activities.map(({ externalId }) => externalId))).toEqual(sorted(events.map((event) => event.id)));

  await sharingComesAndGoes(id);
  const emit = (count = 1) => tenant.emit({ count, type: "UPLOAD" });
  await streamsAndPauses({ gatehouse, api, tenant, id, emit, keepsEvents: true });
  await ends({ gatehouse, api, tenant, id, emit, keepsEvents: true });
  const { "DELETE /2.0/webhooks/:id": removed } = await tenant.calls();
  expect(removed).toBeGreaterThan(0);
}

async function filesOf(id: string, filter: string): Promise<FileAnswer[]> {
  const { files } = await gatehouse.graphql<{ files: { nodes: FileAnswer[] } }>(
    `query ($id: ID!) { files(first: 100, filter: { instanceIds: [$id] ${filter} }) { nodes { ${fileFields} } } }`,
    { id },
  );
  return files.nodes;
}

/** As an analyst sees it: a sheet with card numbers that anybody may open. */
async function sharingComesAndGoes(id: string): Promise<void> {
  const open = await filesOf(id, "sharing: [PUBLIC]");
  const sheet = open.find(({ name }) => name === "Card payments.xlsx")!;
  expect(sheet).toMatchObject({
    path: "/Finance exports/Card payments.xlsx",
    mimeType: expect.stringContaining("spreadsheet"),
    link: { audience: "PUBLIC" },
  });
  const outside = await filesOf(id, "sharing: [EXTERNAL]");
  expect(outside.length).toBeGreaterThan(0);
  for (const { collaborators, name } of outside)
    expect(
      collaborators.nodes.some(({ external, email }) => external && email?.endsWith("@outside.example")),
      name,
    ).toBe(true);

  const input = { instanceId: id, kind: "REMOVE_PUBLIC_SHARING", fileId: sheet.id };
  const { requestGovernanceAction } = await gatehouse.graphql<Asked<"requestGovernanceAction">>(
    `mutation ($input: GovernanceActionInput!) { requestGovernanceAction(input: $input) { ${asked} } }`,
    { input },
  );
  const done = await settled(requestGovernanceAction);
  expect(done).toMatchObject({ status: "SUCCEEDED", changed: true, revertible: true });
  const levelOf = async () =>
    (await filesOf(id, "")).find(({ externalId }) => externalId === sheet.externalId)?.sharing;
  await until(levelOf, (level) => level !== "PUBLIC");
  const { revertGovernanceAction } = await gatehouse.graphql<Asked<"revertGovernanceAction">>(
    `mutation ($id: ID!) { revertGovernanceAction(id: $id) { ${asked} } }`,
    { id: done.id },
  );
  expect(await settled(revertGovernanceAction)).toMatchObject({
    kind: "RESTORE_FILE",
    status: "SUCCEEDED",
    changed: true,
  });
  await until(levelOf, (level) => level === "PUBLIC");
}

interface ActionAnswer {
  id: string;
  kind: string;
  status: string;
  error: string | null;
  changed: boolean | null;
  revertible: boolean;
}
type Asked<Name extends string> = Record<
  Name,
  { governanceAction: ActionAnswer | null; userErrors: { message: string }[] }
>;

const fields = "id kind status error changed revertible";
const asked = `governanceAction { ${fields} } userErrors { message }`;

async function settled({ governanceAction, userErrors }: Asked<"x">["x"]): Promise<ActionAnswer> {
  expect(userErrors).toEqual([]);
  return await until(
    async () =>
      (
        await gatehouse.graphql<{ node: ActionAnswer }>(
          `query ($id: ID!) { node(id: $id) { ... on GovernanceAction { ${fields} } } }`,
          { id: governanceAction!.id },
        )
      ).node,
    ({ status }) => !["QUEUED", "RUNNING"].includes(status),
  );
}
