import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type App, defineApp } from "#src/connector-kit/app.ts";
import { capabilitiesOf, falseClaims } from "#src/connector-kit/capability.ts";
import { defineConnector } from "#src/connector-kit/connector.ts";
import { type CapabilityKind, type CapabilitySupport, capabilityKinds } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug, connectors } from "#src/connectors/index.ts";
import { appOf } from "../support/made-up-connector.ts";

test("the catalogue lists apps by name, each once", () => {
  const names = connectors.map((entry) => entry.manifest.name);
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, "en")));
  expect(new Set(connectors.map((entry) => entry.manifest.slug)).size).toBe(connectors.length);
  expect(connectorBySlug("workday")?.load).not.toBeNull();
  expect(connectorBySlug("nobody")).toBeUndefined();
});

test("only Microsoft 365 and Azure are limited to one instance, and only Azure cannot be enabled again", () => {
  const slugs = (filter: (manifest: Manifest) => boolean) =>
    connectors
      .map((entry) => entry.manifest)
      .filter(filter)
      .map(({ slug }) => slug);
  expect(slugs((manifest) => manifest.multiInstance === false).sort()).toEqual(["azure", "office365"]);
  expect(slugs((manifest) => manifest.reenable === false)).toEqual(["azure"]);
});

test("every Microsoft 365 component but users and groups requires users and groups", () => {
  const components = connectorBySlug("office365")!.manifest.components!;
  expect(Object.keys(components)).toHaveLength(6);
  for (const [name, component] of Object.entries(components)) {
    expect(component.requires ?? []).toEqual(name === "users_groups" ? [] : ["users_groups"]);
  }
});

test.each(connectors.map((entry) => [entry.manifest.slug, entry] as const))(
  "%s claims no more than its code does",
  (_, entry) => {
    expect(falseClaims(entry)).toEqual([]);
    expect(capabilitiesOf(entry).map(({ kind }) => kind)).toEqual(capabilityKinds);
  },
);

test.each(connectors.map((entry) => [entry.manifest.slug, entry.manifest] as const))(
  "%s states its facts in full",
  (_, manifest) => {
    expect(manifest.prerequisites.length).toBeGreaterThan(100);
    expect(manifest.docs).toMatch(/^https:\/\//);
    expect(manifest.hosts.length).toBeGreaterThan(0);
    for (const host of manifest.hosts) {
      for (const [, setting] of host.matchAll(/\{(\w+)\}/g)) expect(Object.keys(manifest.settings)).toContain(setting);
      expect(host).toMatch(/^(\*\.)?[a-z0-9.{}A-Z-]+$/);
    }
    for (const setting of Object.values(manifest.settings)) {
      if (setting.pattern)
        expect(setting.example).toMatch(new RegExp(`^(?:${setting.pattern.source})$`, setting.pattern.flags));
      if (setting.default) expect(setting.options ?? [setting.default]).toContain(setting.default);
    }
  },
);

/** What the published matrix promises of each app; kinds left out promise nothing. */
const claims: Record<string, Partial<Record<CapabilityKind, CapabilitySupport>>> = JSON.parse(
  readFileSync(new URL("capability-claims.json", import.meta.url), "utf8"),
);

test("every app of which something is claimed is in the catalogue", () => {
  expect(Object.keys(claims)).toHaveLength(24);
  expect(Object.keys(claims).filter((slug) => !connectorBySlug(slug))).toEqual([]);
  expect(Object.values(claims).flatMap((row) => Object.keys(row))).toHaveLength(155);
});

test.each(connectors.filter(({ load }) => load).map((entry) => [entry.manifest.slug, entry] as const))(
  "%s does what is claimed of it",
  (slug, entry) => {
    const rank: CapabilitySupport[] = ["PREVIEW", "PARTIAL", "SUPPORTED"];
    const less = capabilitiesOf(entry).flatMap(({ kind, support }) => {
      const claimed = claims[slug]?.[kind];
      return claimed && rank.indexOf(support) < rank.indexOf(claimed)
        ? [`${kind}: ${support}, claimed ${claimed}`]
        : [];
    });
    expect(less).toEqual([]);
  },
);

test("support comes from code, and a manifest can only lower it or explain an absence", () => {
  const capabilities: Manifest["capabilities"] = {
    LIST_ACCOUNTS: { support: "PARTIAL", note: "Half of them." },
    LIST_GROUPS: { support: "NOT_SUPPORTED_BY_PROVIDER" },
    DLP_BACKLOG_SCAN: { note: "Later." },
    FILE_GOVERNANCE: { support: "NOT_SUPPORTED" },
  };
  const entry = exampleConnector(capabilities);
  const support = (of: App) => Object.fromEntries(capabilitiesOf(of).map(({ kind, support }) => [kind, support]));
  expect(support(entry)).toMatchObject({
    LIST_ACCOUNTS: "PARTIAL",
    LIST_GROUPS: "NOT_SUPPORTED_BY_PROVIDER",
    LIST_PRIVILEGES: "NOT_SUPPORTED",
    LOG_ON_ACTIVITY: "NOT_SUPPORTED",
    USER_ACTIVITY: "SUPPORTED",
    USER_GOVERNANCE: "SUPPORTED",
    SECURITY_POSTURE: "NOT_SUPPORTED",
    // It declares no stream of files.
    SHARING_CONTROL: "NOT_APPLICABLE",
    SENSITIVITY_LABELS: "NOT_APPLICABLE",
    // Mentioned: there are files, which the code does not read.
    DLP_BACKLOG_SCAN: "NOT_SUPPORTED",
    FILE_GOVERNANCE: "NOT_SUPPORTED",
  });
  const withFiles = {
    ...entry.manifest,
    streams: { ...entry.manifest.streams, FILES: { everySeconds: 60, scopes: [] } },
  };
  expect(support({ ...entry, manifest: withFiles })).toMatchObject({
    DLP_BACKLOG_SCAN: "SUPPORTED",
    SHARING_CONTROL: "NOT_SUPPORTED",
  });
  expect(falseClaims(entry)).toEqual([]);

  const planned = defineApp({
    manifest: { ...entry.manifest, capabilities: { LIST_ACCOUNTS: {}, DLP_BACKLOG_SCAN: { note: "Later." } } },
  });
  expect(support(planned)).toMatchObject({ SHARING_CONTROL: "NOT_SUPPORTED" });
  expect(capabilitiesOf(planned).filter(({ note }) => note)).toEqual([
    { kind: "LIST_ACCOUNTS", support: "NOT_SUPPORTED", note: "Planned." },
    { kind: "DLP_BACKLOG_SCAN", support: "NOT_SUPPORTED", note: "Planned. Later." },
  ]);
});

test("a claim above the code is named and not believed", () => {
  const entry = exampleConnector({ LIST_GROUPS: { support: "PREVIEW" }, LIST_ACCOUNTS: { support: "NOT_APPLICABLE" } });
  expect(falseClaims(entry)).toEqual([
    "example: LIST_ACCOUNTS is declared NOT_APPLICABLE, but the code does it.",
    "example: LIST_GROUPS is declared PREVIEW, but the code has nothing for it.",
  ]);
  expect(capabilitiesOf(entry).find(({ kind }) => kind === "LIST_GROUPS")?.support).toBe("NOT_SUPPORTED");
});

function exampleConnector(capabilities: Manifest["capabilities"] & object): App {
  const manifest = {
    slug: "example",
    name: "Example",
    description: "",
    docs: "https://example.com",
    lifecycle: "AVAILABLE",
    authorization: "API_TOKEN",
    prerequisites: "",
    settings: {},
    hosts: ["api.example.com"],
    streams: {
      USERS: { everySeconds: 60, scopes: [] },
      ACTIVITIES: { everySeconds: 60, scopes: [], categories: ["USER"] },
    },
    actions: { SUSPEND_USER: { scopes: [] } },
    capabilities,
  } as const satisfies Manifest;
  const code = defineConnector({
    manifest,
    baseUrl: () => "https://api.example.com",
    authorization: { interactive: () => false, sign: () => ({}) },
    testConnection: async () => ({ externalAccountId: "1", accountName: "One", missingScopes: [] }),
    streams: { USERS: async function* () {}, ACTIVITIES: async function* () {} },
    actions: { SUSPEND_USER: async () => ({ changed: false }) },
  });
  return appOf(code);
}
