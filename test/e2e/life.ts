import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { SandboxEvent } from "../../sandbox/provider.ts";
import type { Gatehouse } from "../support/gatehouse.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { type Added, activityAdded, type apiOf, scanCalls, sealedParts, until } from "./support.ts";

/** What differs between connectors while they live. */
export interface Life {
  gatehouse: Gatehouse;
  api: ReturnType<typeof apiOf>;
  tenant: SandboxTenant;
  id: string;
  /** Makes events happen that the app would tell soon. */
  emit: (count?: number) => Promise<SandboxEvent[]>;
  /** Our id of an event, where that is not the app's. */
  idOf?: (event: SandboxEvent) => string;
  /** What tells events apart where the app gives them no id: `<type> <instant> <actor>`. */
  same?: (event: SandboxEvent) => string;
  /** Asks for a read where the app tells nothing by itself. */
  poke?: () => Promise<unknown>;
  /** Addresses of the webhooks the app has; undefined where there are none. */
  hooks?: () => Promise<string[]>;
  /** False where what happens while nobody listens is lost. */
  keepsEvents: boolean;
}

/** A new event reaches subscribers over WebSocket and event stream; disabling stops everything; enabling goes on without a gap. */
export async function streamsAndPauses(life: Life): Promise<void> {
  const { gatehouse, api, tenant, id, hooks } = life;
  const idOf = life.idOf ?? ((event: SandboxEvent) => event.id!);
  const is = (event: SandboxEvent) => (added: Added) => {
    const { externalId, eventType, occurredAt, actorName } = added.activityAdded.activity;
    return life.same ? life.same(event) === `${eventType} ${occurredAt} ${actorName}` : externalId === idOf(event);
  };
  const ours = [expect.stringMatching(new RegExp(`^${gatehouse.url}/webhooks/${tenant.provider}/\\d+$`))];
  if (hooks) {
    await until(hooks, (found) => found.length === 1);
    expect(await hooks()).toEqual(ours);
  }

  const filter = { instanceIds: [id] };
  const [socket, stream] = await Promise.all([
    gatehouse.subscribe<Added>(activityAdded, { filter }),
    gatehouse.stream<Added>(activityAdded, { filter }),
  ]);
  const [event] = (await life.emit()) as [SandboxEvent];
  await life.poke?.();
  const [{ activityAdded: added }, overStream] = await Promise.all([socket.next(is(event)), stream.next(is(event))]);
  expect(added.activity.occurredAt).toBe(new Date(event.at).toISOString());
  expect(overStream).toEqual({ activityAdded: added });

  expect(await api.disable(id)).toMatchObject({ instance: { status: "DISABLED" }, userErrors: [] });
  if (hooks) await until(hooks, (found) => found.length === 0);
  const calls = await scanCalls(tenant);
  const missed = await life.emit(5);
  await sleep(1500);
  expect(await scanCalls(tenant)).toBe(calls);
  expect(socket.received.filter((one) => missed.some((event) => is(event)(one)))).toEqual([]);
  expect(await api.disable(id)).toMatchObject({ instance: { status: "DISABLED" }, userErrors: [] });

  // The same credential and settings: nobody has to consent again.
  const enabled = await api.enable(id);
  expect(enabled).toMatchObject({ authorizationUrl: null, userErrors: [], instance: { status: "CONNECTED" } });
  const resumed = await gatehouse.subscribe<Added>(activityAdded, { filter, after: added.cursor });
  if (hooks) await until(hooks, (found) => found.length === 1);
  if (life.keepsEvents) for (const event of missed) await resumed.next(is(event));
  const [later] = (await life.emit()) as [SandboxEvent];
  await life.poke?.();
  await resumed.next(is(later));
  if (!life.keepsEvents) expect(resumed.received.filter((one) => missed.some((event) => is(event)(one)))).toEqual([]);
  expect(resumed.received.filter(is(event))).toEqual([]);
  const told = resumed.received.map(({ activityAdded }) => activityAdded.activity.externalId);
  expect(new Set(told).size).toBe(told.length);
  await Promise.all([socket.close(), stream.close(), resumed.close()]);
}

/** Disconnecting erases the credential, takes the webhook down and, as asked, removes what was collected. */
export async function ends({ gatehouse, api, id, hooks }: Life): Promise<void> {
  expect((await sealedParts(gatehouse, id)).credential).toMatch(/^\w+\./);
  expect(await api.disconnect(id, true)).toMatchObject({ instance: { status: "DISCONNECTED" }, userErrors: [] });
  expect(Object.values(await sealedParts(gatehouse, id))).toEqual([null, null, null, null]);
  if (hooks) expect(await hooks()).toEqual([]);
  await until(
    async () => [await api.users(id), [...(await api.groups(id))], await api.activities(id), await api.apps(id)],
    (lists) => lists.every((list) => list.length === 0),
  );
  expect(await api.enable(id)).toMatchObject({ instance: null, userErrors: [{ code: "CONFLICT" }] });
  expect(await api.testConnection(id)).toMatchObject({ ok: false, userErrors: [{ code: "CONFLICT" }] });
}
