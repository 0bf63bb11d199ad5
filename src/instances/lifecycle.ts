import { eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import { recordAudit } from "#src/access/audit.ts";
import { maySee, requireRole, type Viewer } from "#src/access/viewer.ts";
import { codeOf } from "#src/connector-kit/app.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, NotFoundError, ProviderAuthError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { announce } from "./announce.ts";
import { audited, recordIntent } from "./audited.ts";
import { askConsent, refuseOtherTenant } from "./authorization.ts";
import { type Connected, checkComponents, checkName, connectable, prepareSettings, proveSettings } from "./connect.ts";
import { refuseConnectedTwice } from "./connected-twice.ts";
import { openConnection, renewForScopes, settingsOf, storeCredential } from "./connection.ts";
import { endScans } from "./end-scans.ts";
import { lockInstance } from "./lock.ts";
import { proveConnection } from "./parts.ts";
import { forgetPurposeTokens } from "./purpose-tokens.ts";
import { queueStreams } from "./relist.ts";
import { reload } from "./row.ts";
import { refuseWithoutSandbox } from "./sandbox.ts";
import { believeRefusal } from "./second-look.ts";
import { shownSettings, splitSettings } from "./secrets.ts";
import { applyTest, startInstance } from "./start.ts";
import { removeWebhook, withWebhook } from "./webhook-registration.ts";

/** The instance, if the viewer may see it. Throws NotFoundError either way. */
export async function findInstance(db: Db, viewer: Viewer, id: number): Promise<Instance> {
  const [row] = maySee(viewer, id) ? await db.select().from(tables.instances).where(eq(tables.instances.id, id)) : [];
  if (!row) throw new NotFoundError("The instance", ["instanceId"]);
  return row;
}

/** Stops consumption at once: running scans are cancelled, the schedule stops, webhooks are taken down. Cursors and credential stay. Repeating it changes nothing. */
export function disableInstance(core: Core, viewer: Viewer, id: number): Promise<Instance> {
  return change(core, viewer, "instance.disable", id, async (tx, instance) => {
    if (instance.status === "DISABLED") return;
    if (instance.status === "DISCONNECTED") throw new ConflictError("A disconnected instance cannot be disabled.");
    await tx
      .update(tables.instances)
      .set({ status: "DISABLED", statusReason: null, disabledAt: core.now() })
      .where(eq(tables.instances.id, id));
    await tx.delete(tables.oauthStates).where(eq(tables.oauthStates.instanceId, id));
    const ended = await endScans(tx, id, core.now(), "The instance was disabled.");
    if (instance.webhookRegistration !== null) await enqueue(core.boss, tx, "webhook.register", { instanceId: id });
    await announce(tx, id, "DISABLED", { endedScans: ended });
  });
}

/**
 * Enables a disabled or failed instance. A credential that still works with unchanged settings is used again; otherwise the instance
 * goes through settings and authorization again, and the URL to open is returned where a person must consent.
 */
export function enableInstance(core: Core, viewer: Viewer, id: number, newSettings: unknown): Promise<Connected> {
  return audited(core, viewer, { action: "instance.enable", target: `instance/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    const instance = await findInstance(core.db, viewer, id);
    // Before anything leads to the app: the consent page is a real host's, too.
    refuseWithoutSandbox(core, instance.viaSandbox);
    const connector = await connectable(core, instance.connectorSlug);
    const { manifest } = connector;
    if (instance.status === "CONNECTED" && newSettings == null) {
      await recordAudit(core.db, viewer, { action: "instance.enable", target: `instance/${id}`, result: "ok" });
      return { instance, authorizationUrl: null };
    }
    if (instance.status === "DISCONNECTED")
      throw new ConflictError("A disconnected instance cannot be enabled; connect the app again.");
    if (manifest.reenable === false && instance.status === "DISABLED") {
      throw new ConflictError(
        `${manifest.name} cannot be enabled again once it was disabled; disconnect it and connect it again.`,
        { code: "REENABLE_NOT_ALLOWED" },
      );
    }
    const stored = settingsOf(core, instance);
    const settings = prepareSettings(connector, newSettings ?? {}, stored);
    const changed = Object.keys({ ...settings, ...stored }).some((name) => settings[name] !== stored[name]);
    const entry = {
      action: "instance.enable",
      target: `instance/${id}`,
      after: newSettings == null ? undefined : { settings: shownSettings(manifest, settings) },
      result: "ok",
    };

    const testsStored = !changed && instance.credential !== null;
    if (testsStored || !connector.authorization.interactive(settings)) await recordIntent(core, viewer, entry);
    if (testsStored) {
      const test = await testStored(core, connector, instance);
      if (test) {
        return core.db.transaction(async (transaction) => {
          const tx = transaction as unknown as Db;
          refuseOtherTenant(instance, test);
          await recordAudit(tx, viewer, entry);
          await startInstance(tx, core, connector, id, { settings, components: instance.components, test });
          return { instance: await reload(tx, id), authorizationUrl: null };
        });
      }
    }
    if (connector.authorization.interactive(settings)) {
      return core.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        await lockInstance(tx, id);
        const authorizationUrl = await askConsent(tx, core, viewer, connector, id, {
          settings,
          components: instance.components,
        });
        await tx
          .update(tables.instances)
          .set({ status: "AWAITING_AUTHORIZATION", statusReason: null })
          .where(eq(tables.instances.id, id));
        const ended = await endScans(tx, id, core.now(), "The instance is being authorized again.");
        await recordAudit(tx, viewer, entry);
        await announce(tx, id, "AWAITING_AUTHORIZATION", { endedScans: ended });
        return { instance: await reload(tx, id), authorizationUrl };
      });
    }
    const { credential, test } = await proveSettings(core, connector, {
      settings,
      components: instance.components,
      viaSandbox: instance.viaSandbox,
    });
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, id);
      await refuseConnectedTwice(tx, manifest, test, id);
      refuseOtherTenant(instance, test);
      await tx
        .update(tables.instances)
        .set(splitSettings(core, manifest, id, settings))
        .where(eq(tables.instances.id, id));
      await storeCredential(tx, core, id, credential);
      await recordAudit(tx, viewer, entry);
      await startInstance(tx, core, connector, id, { settings, components: instance.components, test });
      return { instance: await reload(tx, id), authorizationUrl: null };
    });
  });
}

/** Ends the connection permanently: webhooks are removed, credential and secret settings are erased. With `deleteData` a job removes what was collected. */
export async function disconnectInstance(
  core: Core,
  viewer: Viewer,
  id: number,
  deleteData: boolean,
): Promise<Instance> {
  return withWebhook(core, id, () =>
    change(
      core,
      viewer,
      "instance.disconnect",
      id,
      async (tx, instance) => {
        let ended: number[] = [];
        if (instance.status !== "DISCONNECTED") {
          await tx
            .update(tables.instances)
            .set({
              status: "DISCONNECTED",
              statusReason: null,
              credential: null,
              secretSettings: null,
              credentialExpiresAt: null,
              webhookSecret: null,
              webhookRegistration: null,
              webhookRenewBy: null,
              webhookRenewAt: null,
              webhookProblem: null,
            })
            .where(eq(tables.instances.id, id));
          await forgetPurposeTokens(tx, id);
          await tx.delete(tables.oauthStates).where(eq(tables.oauthStates.instanceId, id));
          ended = await endScans(tx, id, core.now(), "The instance was disconnected.");
        }
        if (deleteData) await enqueue(core.boss, tx, "instance.purge", { instanceId: id });
        await announce(tx, id, "DISCONNECTED", { endedScans: ended });
      },
      // While the credential is still there. A provider that does not answer must not keep a tenant connected.
      async (instance) => {
        if (instance.webhookRegistration !== null)
          await recordIntent(core, viewer, { action: "instance.disconnect", target: `instance/${id}` });
        await removeWebhook(core, instance);
      },
      { deleteData },
    ),
  );
}

export interface UpdateInput {
  name?: string | null;
  settings?: unknown;
  components?: readonly string[] | null;
}

/** Changes name, components or settings. New settings are proved first; where they need a consent, enableInstance asks for it. */
export async function updateInstance(core: Core, viewer: Viewer, id: number, input: UpdateInput): Promise<Instance> {
  const instance = await audited(core, viewer, { action: "instance.update", target: `instance/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    return findInstance(core.db, viewer, id);
  });
  if (input.settings != null) {
    await audited(core, viewer, { action: "instance.update", target: `instance/${id}` }, async () => {
      const connector = await connectable(core, instance.connectorSlug);
      if (connector.authorization.interactive(prepareSettings(connector, input.settings, settingsOf(core, instance)))) {
        throw new ConflictError(
          "These settings need a new consent: pass them to enableInstance, and open the URL it returns.",
          { code: "CONSENT_NEEDED", field: ["input", "settings"] },
        );
      }
    });
    await enableInstance(core, viewer, id, input.settings);
  }
  return change(core, viewer, "instance.update", id, async (tx) => {
    const { manifest } = await connectable(core, instance.connectorSlug);
    const set = {
      ...(input.name == null ? {} : { name: checkName(input.name) }),
      ...(input.components == null ? {} : { components: checkComponents(manifest, input.components) }),
    };
    if (Object.keys(set).length > 0) await tx.update(tables.instances).set(set).where(eq(tables.instances.id, id));
    if (set.components) await queueStreams(core, tx, id);
    await announce(tx, id, instance.status);
  });
}

export interface TestedConnection {
  ok: boolean;
  externalAccountId: string | null;
  accountName: string | null;
  latencyMs: number;
  missingScopes: string[];
}

/** Proves the stored credential and names the tenant. Scopes found again switch their streams on; a refused credential turns the instance ERROR; a good one ends an ERROR. */
export function testInstance(core: Core, viewer: Viewer, id: number): Promise<TestedConnection> {
  return audited(core, viewer, { action: "instance.test", target: `instance/${id}` }, async () => {
    requireRole(viewer, "ANALYST");
    let instance = await findInstance(core.db, viewer, id);
    const connector = await codeOf(core.connectors, instance.connectorSlug);
    if (!connector || instance.credential === null)
      throw new ConflictError("This instance has no credential to test; enable it first.");
    await recordIntent(core, viewer, { action: "instance.test", target: `instance/${id}` });
    const started = performance.now();
    try {
      instance = await renewForScopes(core, connector, instance);
      const test = await proveConnection(connector, openConnection(core, connector, instance, { background: false }));
      const latencyMs = Math.round(performance.now() - started);
      refuseOtherTenant(instance, test);
      await core.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        await lockInstance(tx, id);
        await recordAudit(tx, viewer, { action: "instance.test", target: `instance/${id}`, result: "ok" });
        const connection = { settings: settingsOf(core, instance), components: instance.components, test };
        if (instance.status === "ERROR") await startInstance(tx, core, connector, id, connection);
        else if (instance.status === "CONNECTED") {
          const endedScans = await applyTest(tx, connector, id, connection, core.now());
          await announce(tx, id, "CONNECTED", { endedScans });
        }
      });
      return {
        ok: true,
        externalAccountId: test.externalAccountId,
        accountName: test.accountName,
        latencyMs,
        missingScopes: test.missingScopes,
      };
    } catch (error) {
      throw error instanceof ProviderAuthError ? await believeRefusal(core, connector, id, error) : error;
    }
  });
}

/** The test's result, or null when the provider refuses the stored credential. */
async function testStored(core: Core, connector: Connector, instance: Instance) {
  try {
    const fresh = await renewForScopes(core, connector, instance);
    return await proveConnection(connector, openConnection(core, connector, fresh, { background: false }));
  } catch (error) {
    if (error instanceof ProviderAuthError) return null;
    throw error;
  }
}

/** A change by an ADMIN to one instance, under its locks, with its audit entry. */
async function change(
  core: Core,
  viewer: Viewer,
  action: string,
  id: number,
  apply: (tx: Db, instance: Instance) => Promise<void>,
  before?: (instance: Instance) => Promise<void>,
  after?: unknown,
): Promise<Instance> {
  return audited(core, viewer, { action, target: `instance/${id}` }, async () => {
    requireRole(viewer, "ADMIN");
    const found = await findInstance(core.db, viewer, id);
    await before?.(found);
    return core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, id);
      const [instance] = await tx.select().from(tables.instances).where(eq(tables.instances.id, id)).for("update");
      if (!instance) throw new NotFoundError("The instance", ["instanceId"]);
      await recordAudit(tx, viewer, {
        action,
        target: `instance/${id}`,
        before: { status: instance.status, name: instance.name },
        after,
        result: "ok",
      });
      await apply(tx, instance);
      return reload(tx, id);
    });
  });
}
