import { beforeAll, describe, expect, test } from "vitest";
import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import { azure } from "#src/connectors/azure/index.ts";
import { ProviderScopeError } from "#src/errors.ts";
import type { SandboxTenant } from "../../support/sandbox.ts";
import { subjectOf } from "../contract/facts.ts";
import { openStage } from "../contract/stage.ts";
import type { Live } from "../live.ts";
import { resultsOf } from "../results.ts";

const subject = subjectOf("azure");
const stage = openStage();
let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await stage.newTenant(subject, "small", { name: "contoso" });
});

const connect = (of = tenant) => stage.connect(subject, of, { mode: "certificate" });
const partsOf = async (live: Live, stream: "ACTIVITIES" | "PRIVILEGES") => await azure.parts![stream]!(live.context);
const named = (items: readonly PrivilegeItem[]) => items.flatMap((one) => (one.kind === "privilege" ? [one.name] : []));

/** What each check answers, by slug. */
async function posture(live: Live): Promise<Record<string, string>> {
  const { results } = await resultsOf(live);
  return Object.fromEntries(Object.entries(results).map(([slug, { result }]) => [slug, result]));
}

describe("subscriptions and management groups", () => {
  test("are parts: each has a log and roles of its own, with the sign-ins beside them", async () => {
    const live = await connect();
    const labels = async (stream: "ACTIVITIES" | "PRIVILEGES") =>
      (await partsOf(live, stream)).map(({ label }) => label);
    expect(await labels("PRIVILEGES")).toEqual(["Production", "Research", "Management groups and tenant"]);
    expect(await labels("ACTIVITIES")).toEqual(
      expect.arrayContaining(["Production", "Research", "Sign-ins of people"]),
    );
  });

  test("name who holds what where, with people in groups, service principals, and nobody who was deleted", async () => {
    const live = await connect();
    const [production] = await partsOf(live, "PRIVILEGES");
    const { items } = await live.read("PRIVILEGES", { part: production!.name });
    expect(new Set(named(items))).toEqual(
      new Set([
        ...["Owner on subscription Production", "Contributor on subscription Production"],
        ...["Reader on subscription Production", "Owner on resource group shop", "Reader on resource group shop"],
        "Storage Blob Data Reader on storage account shopdata",
      ]),
    );
    const { ids } = await tenant.userIds();
    const holders = (name: string) => {
      const privilege = items.find((one) => one.kind === "privilege" && one.name === name);
      if (privilege?.kind !== "privilege") throw new Error(`nobody holds ${name}`);
      return items.flatMap((one) =>
        one.kind === "holder" && one.privilegeId === privilege.externalId ? [one.userId] : [],
      );
    };
    expect(holders("Owner on subscription Production")).toEqual([ids[2]]);
    expect(holders("Reader on subscription Production")).toEqual([ids[5]]);
    expect(holders("Contributor on subscription Production").length).toBeGreaterThan(2);
    const users = (await live.read("USERS")).items;
    const services = users.filter(({ type }) => type === "SERVICE").map(({ displayName }) => displayName);
    expect(new Set(services)).toEqual(new Set(["Gatehouse", "deploy-pipeline", "backup-service", "vm-web-1"]));
  });

  test("above subscriptions hold what is given there, once", async () => {
    const live = await connect();
    const { items } = await live.read("PRIVILEGES", { part: "management-groups" });
    expect(new Set(named(items))).toEqual(
      new Set([
        "User Access Administrator on management group Platform",
        "Reader on management group Tenant Root Group",
        "Role Based Access Control Administrator on management group Tenant Root Group",
      ]),
    );
  });
});

describe("a subscription that a read is denied on", () => {
  test("is named by its part and by the checks, which find no clean bill of health; the others go on", async () => {
    const of = await stage.newTenant(subject, "small", { name: "fabrikam" });
    const live = await connect(of);
    const [production, research] = await partsOf(live, "PRIVILEGES");
    await of.change("deny-subscription", { subscription: "Research" });
    await expect(live.read("PRIVILEGES", { part: research!.name })).rejects.toThrow(ProviderScopeError);
    await expect(live.read("ACTIVITIES", { part: research!.name })).rejects.toThrow(/refuses .*eventtypes/);
    expect((await live.read("PRIVILEGES", { part: production!.name })).items.length).toBeGreaterThan(5);
    expect(named((await live.read("PRIVILEGES", { part: "management-groups" })).items).length).toBeGreaterThan(2);
    expect((await live.read("USERS")).items.length).toBeGreaterThan(30);
    const results = await posture(live);
    for (const slug of [
      "azure-storage-anonymous-access",
      "azure-network-ssh",
      "azure-key-vault-recoverable",
      "azure-defender-findings",
    ])
      expect(results[slug], slug).toBe("unknown");
    expect(results["azure-defender-plans"]).toBe("fail");
    expect(results["azure-mfa-everybody"]).toBe("pass");
  });
});

test("posture finds what is set badly, by resource and subscription", async () => {
  const results = await posture(await connect());
  const failed = Object.entries(results).flatMap(([slug, result]) => (result === "fail" ? [slug] : []));
  expect(failed).toEqual(
    expect.arrayContaining([
      ...[
        "azure-storage-anonymous-access",
        "azure-network-ssh",
        "azure-key-vault-recoverable",
        "azure-sql-public-access",
      ],
      ...["azure-activity-log-export", "azure-defender-plans", "azure-sql-auditing", "azure-guest-access"],
      "azure-orphaned-assignments",
    ]),
  );
  expect(Object.keys(results).length).toBeGreaterThanOrEqual(30);
  expect(results["azure-network-rdp"]).toBe("pass");
});

test("without a licence of Entra ID there are no sign-ins, and the activity log is read", async () => {
  const of = await stage.newTenant(subject, "small", { name: "tailspin" });
  await of.change("set-premium", { premium: false });
  const live = await connect(of);
  const { unavailable, missingScopes } = await azure.testConnection(live.context);
  expect(unavailable?.LOG_ON_ACTIVITY).toMatch(/licence/);
  expect(missingScopes).toEqual([]);
  await expect(live.read("ACTIVITIES", { part: "sign-ins" })).rejects.toThrow(/licence/);
  const from = new Date(Date.now() - 2 * 86_400_000);
  expect((await live.read("ACTIVITIES", { from })).items.every(({ category }) => category !== "LOG_ON")).toBe(true);
});

test("the log is asked for no further back than Azure keeps it", async () => {
  const live = await connect();
  const [production] = await partsOf(live, "ACTIVITIES");
  const { items } = await live.read("ACTIVITIES", { part: production!.name, from: new Date(0) });
  expect(items.length).toBeGreaterThan(5);
  const before = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2020-02-01T00:00:00Z") };
  expect(await live.read("ACTIVITIES", { part: production!.name, ...before })).toMatchObject({
    items: [],
    cursor: null,
  });
});

test("an application that cannot give roles is found out before an action needs it", async () => {
  const live = await connect();
  await tenant.setFaults({ missingScopes: ["Role Based Access Control Administrator"] });
  expect((await azure.testConnection(live.context)).missingScopes).toEqual(["Role Based Access Control Administrator"]);
});

test("only privileged roles of the account itself are removed, on every scope, and come back with all they were", async () => {
  const live = await connect();
  const { ids } = await tenant.userIds();
  const user = { externalId: ids[3]!, login: null, email: null };
  const remembered: unknown[] = [];
  const revoke = azure.actions.REVOKE_ADMIN_PRIVILEGES!;
  const { changed, before } = await revoke(live.context, {
    ...{ user, parameters: {} },
    remember: async (state) => void remembered.push(state),
  });
  const assignments = before!.assignments as { id: string; properties: { roleDefinitionId: string } }[];
  expect(changed).toBe(true);
  expect(remembered).toEqual([before]);
  expect(assignments.map(({ id }) => /managementGroups\/platform|subscriptions/.exec(id)?.[0]).toSorted()).toEqual([
    "managementGroups/platform",
    "subscriptions",
  ]);
  const restored = await revoke(live.context, { user, parameters: { before } });
  expect(restored.changed).toBe(true);
  const again = await revoke(live.context, { user, parameters: {} });
  expect(again.before).toEqual(before);
});
