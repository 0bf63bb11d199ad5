import { describe, expect, test } from "vitest";
import type { ActivityRecord } from "#src/connector-kit/contract/records.ts";
import type { SandboxEvent } from "../../../sandbox/provider.ts";
import type { Subject } from "./facts.ts";
import type { LargeTenant } from "./large.ts";
import { anybody, expectActors, expectCategories, expectSignIn, signInOf } from "./meaning.ts";
import { type Stage, startOf } from "./stage.ts";

/** Of a log that is pulled; what comes by webhook only, webhooks.test.ts looks at. */
export function logTests(subject: Subject, stage: Stage, large: LargeTenant): void {
  const { connector, facts } = subject;
  const idsOf = (events: readonly SandboxEvent[]): string[] => facts.log.ids?.(events) ?? events.map(({ id }) => id!);

  type Logged = readonly [id: string, event: SandboxEvent];

  async function everything(): Promise<Logged[]> {
    const { tenant } = await large.open();
    const { events } = await tenant.events(0, 10_000);
    const ids = idsOf(events);
    return events.map((event, index) => [ids[index]!, event]);
  }

  /** Up to the moment at which the clock of the reading stands. */
  async function logged(): Promise<Logged[]> {
    const { live } = await large.open();
    // Some apps log our own signing in, which goes on while the clock of this connection stands still.
    return (await everything()).filter(([, { at }]) => at <= live.now().getTime());
  }

  describe("the log", () => {
    test("is read whole, each event at its time", async () => {
      const found = await large.activities();
      const events = await logged();
      expect(events.filter(([id]) => !found.has(id))).toEqual([]);
      for (const [id, { at }] of events) expect(found.get(id)?.occurredAt.getTime(), id).toBe(at);
      if (facts.log.ids) return;
      const known = new Set((await everything()).map(([id]) => id));
      expect([...found.keys()].filter((id) => !known.has(id))).toEqual([]);
    });

    test("names who did it, by the id of the account where that is known", async () => {
      const found = await large.activities();
      const users = await large.users();
      expectActors(
        (await logged()).map(([id, event]) => [event, found.get(id)!] as const),
        users,
        facts.log,
      );
      const ids = new Set(users.map(({ externalId }) => externalId));
      const accounts = [...found.values()].filter(({ actor }) => actor?.externalId && actor.isAccount !== false);
      expect(accounts.filter(({ actor }) => !ids.has(actor!.externalId!))).toEqual([]);
    });

    test("has every category that is declared and no other, and every type of event is known", async () => {
      const activities = [...(await large.activities()).values()];
      expectCategories(connector, activities);
      expect(activities.filter(({ unmapped }) => unmapped).map(({ eventType }) => eventType)).toEqual([]);
    });

    test("of a span has all of that and nothing else", async () => {
      const { live } = await large.open();
      const events = await logged();
      const [from, to] = [pauseAfter(events, 0.25), pauseAfter(events, 0.5)];
      const { items } = await live.read("ACTIVITIES", { from: new Date(from), to: new Date(to) });
      const found = new Set((items as ActivityRecord[]).map(({ externalId }) => externalId));
      const within = ([, { at }]: Logged) => at >= from && at <= to;
      expect(events.filter(within).filter(([id]) => !found.has(id))).toEqual([]);
      expect(events.filter((one) => !within(one) && found.has(one[0]))).toEqual([]);
    });

    test("goes on with what happens after a run: who, from where, when and with what outcome", async () => {
      const tenant = await stage.tenant(subject);
      const live = await stage.connect(subject, tenant);
      // Some windows end at a whole second.
      live.now = () => new Date(Date.now() + 1000);
      let { cursor } = await live.read("ACTIVITIES", { from: startOf(subject, "small") });
      const user = anybody((await live.read("USERS")).items);
      for (const outcome of ["failure", "success"] as const) {
        const [event] = await tenant.emit(signInOf(user, facts.log.signIn, outcome));
        const [id] = idsOf([event!]);
        const run = await live.read("ACTIVITIES", { cursor });
        expectSignIn(
          run.items.find(({ externalId }) => externalId === id),
          event!,
          user,
          outcome,
          facts.log,
        );
        cursor = run.cursor;
      }
    });

    test("is mapped from an archive as the stream maps it, one event or a list of them", async () => {
      if (!connector.mapEvent) return;
      const found = await large.activities();
      const events = new Set([...found.values()].map(({ raw }) => raw));
      for (const given of [...events, [...events].slice(0, 3)])
        for (const activity of connector.mapEvent(given)) expect(found.get(activity.externalId)).toEqual(activity);
      // Of two rows that are alike in everything, an archive of one alone cannot state which of them it is.
      const alike = Map.groupBy(found.values(), ({ raw }) => JSON.stringify(raw));
      for (const [{ externalId, raw } = { externalId: "", raw: null }] of alike.values())
        expect(connector.mapEvent(raw).map((activity) => activity.externalId)).toContain(externalId);
      expect(connector.mapEvent([...events].slice(0, 3)).length).toBeGreaterThanOrEqual(3);
    });
  });
}

/** A whole second between two events, so many of all after the first. */
function pauseAfter(events: readonly (readonly [string, SandboxEvent])[], share: number): number {
  const times = events.map(([, { at }]) => at);
  for (let index = Math.floor(times.length * share); index + 1 < times.length; index++) {
    const [before, after] = [times[index]!, times[index + 1]!];
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (middle - before > 1000 && after - middle > 1000) return middle;
  }
  throw new Error("The events of the large tenant are too close together");
}
