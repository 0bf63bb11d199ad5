import { and, eq, inArray, ne } from "drizzle-orm";
import { type Db, rawSql, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import { checkSettings } from "#src/connector-kit/check-settings.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Manifest, Settings } from "#src/connector-kit/contract/manifest.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, ForbiddenError, InvalidInputError } from "#src/errors.ts";
import { audited, recordIntent } from "./audited.ts";
import { askConsent } from "./authorization.ts";
import { refuseConnectedTwice } from "./connected-twice.ts";
import { contextWith, instanceName, storeCredential, type Target, unsignedContext } from "./connection.ts";
import type { ProvenConnection } from "./parts.ts";
import { proveConnection } from "./parts.ts";
import { forgetPrepared, readPrepared } from "./prepared-settings.ts";
import { reload } from "./row.ts";
import { splitSettings } from "./secrets.ts";
import { startInstance } from "./start.ts";

export interface ConnectInput {
  connectorSlug: string;
  name: string;
  settings?: unknown;
  components?: readonly string[] | null;
}
export interface Connected {
  instance: Instance;
  authorizationUrl: string | null;
}

/**
 * Starts a connection. Where a person has to consent, the instance waits for it (AWAITING_AUTHORIZATION) and the URL to open is returned;
 * otherwise the credential is made and proved first, and the instance is CONNECTED or was never there.
 * Throws InvalidInputError, InvalidSettingsError, ConflictError, ProviderError.
 */
export function connectInstance(core: Core, viewer: Viewer, input: ConnectInput): Promise<Connected> {
  return audited(
    core,
    viewer,
    { action: "instance.connect", target: `connector/${input.connectorSlug.slice(0, 50)}` },
    async () => {
      requireConnecting(viewer);
      const connector = await connectable(core, input.connectorSlug);
      const { manifest } = connector;
      const name = checkName(input.name);
      const settings = prepareSettings(connector, input.settings, await readPrepared(core.db, core, viewer, manifest));
      const components = checkComponents(manifest, input.components ?? []);
      await checkSingleInstance(core.db, manifest);
      await checkDependency(core.db, manifest);
      if (connector.authorization.interactive(settings))
        return connectByConsent(core, viewer, connector, { name, settings, components });
      return connectByKey(core, viewer, connector, { name, settings, components });
    },
  );
}

/** Throws ForbiddenError for who may not add instances. */
export function requireConnecting(viewer: Viewer): void {
  requireRole(viewer, "ADMIN");
  if (viewer.instanceIds !== null)
    throw new ForbiddenError("Your access is limited to certain instances, so it cannot add new ones.");
}

/** The connector's code, if this app can be connected here and now. `field`: the argument that named it. */
export async function connectable(
  core: Pick<Core, "sandboxUrl">,
  slug: string,
  field = ["input", "connectorSlug"],
): Promise<Connector> {
  const entry = connectorBySlug(slug);
  if (!entry)
    throw new InvalidInputError(
      `There is no connector "${slug.slice(0, 50)}". The connectors query lists them.`,
      field,
      { code: "UNKNOWN_CONNECTOR" },
    );
  if (!entry.load)
    throw new InvalidInputError(`${entry.manifest.name} cannot be connected yet: it is listed as a preview.`, field, {
      code: "CONNECTOR_NOT_AVAILABLE",
    });
  if (entry.manifest.lifecycle === "RETIRED" && core.sandboxUrl === null) {
    throw new InvalidInputError(
      `${entry.manifest.name} was shut down by its provider, so there is nothing to connect to.`,
      field,
      { code: "PROVIDER_RETIRED" },
    );
  }
  return entry.load();
}

export function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length === 0 || trimmed.length > 100)
    throw new InvalidInputError("A name has 1 to 100 characters.", ["input", "name"]);
  return trimmed;
}

export function prepareSettings(connector: Connector, input: unknown, stored?: Settings): Settings {
  const settings = checkSettings(connector.manifest, input, stored);
  return connector.normaliseSettings?.(settings) ?? settings;
}

export function checkComponents(manifest: Manifest, asked: readonly string[]): string[] {
  const facts = manifest.components ?? {};
  const field = ["input", "components"];
  const chosen = [...new Set(asked)];
  for (const name of chosen) {
    const fact = facts[name];
    if (!fact)
      throw new InvalidInputError(
        `${manifest.name} has no component "${name.slice(0, 50)}". It has: ${Object.keys(facts).join(", ") || "none"}.`,
        field,
      );
    for (const needed of fact.requires ?? [])
      if (!chosen.includes(needed)) throw new InvalidInputError(`The component ${name} needs ${needed}.`, field);
  }
  return chosen;
}

async function checkSingleInstance(db: Db, manifest: Manifest): Promise<void> {
  if (manifest.multiInstance !== false) return;
  const [other] = await db
    .select({ name: tables.instances.name })
    .from(tables.instances)
    .where(and(eq(tables.instances.connectorSlug, manifest.slug), ne(tables.instances.status, "DISCONNECTED")))
    .limit(1);
  if (other)
    throw new ConflictError(`${manifest.name} allows one instance; "${other.name}" already exists.`, {
      code: "SINGLE_INSTANCE",
      field: ["input", "connectorSlug"],
    });
}

/** Its accounts are those of another app: without that one nobody could be named, unless it also works alone. */
async function checkDependency(db: Db, { name, dependsOn = [], standalone = false }: Manifest): Promise<void> {
  if (dependsOn.length === 0 || standalone) return;
  const [found] = await db
    .select({ id: tables.instances.id })
    .from(tables.instances)
    .where(and(inArray(tables.instances.connectorSlug, [...dependsOn]), eq(tables.instances.status, "CONNECTED")))
    .limit(1);
  if (found) return;
  const names = dependsOn.map((slug) => connectorBySlug(slug)?.manifest.name ?? slug).join(" or ");
  throw new ConflictError(`The accounts of ${name} are those of ${names}: connect an instance of that first.`, {
    code: "DEPENDENCY_NOT_CONNECTED",
    field: ["input", "connectorSlug"],
  });
}

interface NewInstance {
  name: string;
  settings: Settings;
  components: string[];
}

async function connectByConsent(
  core: Core,
  viewer: Viewer,
  connector: Connector,
  fresh: NewInstance,
): Promise<Connected> {
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const id = await insertInstance(tx, core, connector, fresh, "AWAITING_AUTHORIZATION");
    const authorizationUrl = await askConsent(tx, core, viewer, connector, id, fresh);
    await forgetPrepared(tx, viewer, connector.manifest);
    await recordAudit(tx, viewer, {
      action: "instance.connect",
      target: `instance/${id}`,
      after: { connector: connector.manifest.slug, name: fresh.name, waitsForConsent: true },
      result: "ok",
    });
    return { instance: await reload(tx, id), authorizationUrl };
  });
}

async function connectByKey(core: Core, viewer: Viewer, connector: Connector, fresh: NewInstance): Promise<Connected> {
  await recordIntent(core, viewer, {
    action: "instance.connect",
    target: `connector/${connector.manifest.slug}`,
    after: { name: fresh.name },
  });
  const { credential, test } = await proveSettings(core, connector, {
    ...fresh,
    viaSandbox: core.sandboxUrl !== null,
  });
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await refuseConnectedTwice(tx, connector.manifest, test, null);
    const id = await insertInstance(tx, core, connector, fresh, "CONNECTING");
    await storeCredential(tx, core, id, credential);
    await forgetPrepared(tx, viewer, connector.manifest);
    await recordAudit(tx, viewer, {
      action: "instance.connect",
      target: `instance/${id}`,
      after: { connector: connector.manifest.slug, name: fresh.name, externalAccountId: test.externalAccountId },
      result: "ok",
    });
    await startInstance(tx, core, connector, id, { ...fresh, test });
    return { instance: await reload(tx, id), authorizationUrl: null };
  });
}

/** Makes a credential from settings alone and proves it at the provider. Nothing is stored. */
export async function proveSettings(
  core: Core,
  connector: Connector,
  proposed: Omit<Target, "name">,
): Promise<{ credential: Credential; test: ProvenConnection }> {
  const target = { ...proposed, name: instanceName(connector, 0) };
  const { obtain } = connector.authorization;
  if (!obtain)
    throw new InvalidInputError(`${connector.manifest.name} needs a person's consent with these settings.`, [
      "input",
      "settings",
    ]);
  const credential = await obtain(unsignedContext(core, connector, target));
  const test = await proveConnection(connector, contextWith(core, connector, credential, target));
  return { credential, test };
}

async function insertInstance(
  tx: Db,
  core: Core,
  connector: Connector,
  fresh: NewInstance,
  status: "AWAITING_AUTHORIZATION" | "CONNECTING",
): Promise<number> {
  const [next] = await rawSql(tx)<{ id: string }[]>`select nextval(pg_get_serial_sequence('instances', 'id')) as id`;
  const id = Number(next?.id);
  await tx
    .insert(tables.instances)
    .overridingSystemValue()
    .values({
      id,
      connectorSlug: connector.manifest.slug,
      name: fresh.name,
      status,
      components: fresh.components,
      viaSandbox: core.sandboxUrl !== null,
      createdAt: core.now(),
      ...splitSettings(core, connector.manifest, id, fresh.settings),
    });
  return id;
}
