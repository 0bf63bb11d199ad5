import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Standing } from "#src/access/authenticate.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import { CursorExpiredError } from "#src/errors.ts";
import { encodeCursor, type LogCursor, wholeBatch } from "#src/realtime/cursor.ts";
import { createFanOut, type FanOut } from "#src/realtime/fan-out.ts";
import type { Channel, Feed, Item } from "#src/realtime/feed.ts";
import type { Member, SharedOperation } from "#src/realtime/group.ts";
import type { Tailer } from "#src/realtime/tailer.ts";
import { random } from "../support/random.ts";
import { range } from "../support/seed.ts";
import { type LogBench, openLogBench, until } from "./support.ts";

/** Items are the batch's external ids: no tables, so that what is tested is who is told, and how often it is made. */
interface Word extends Item {
  text: string;
}
const channel: Channel<Word> = {
  read: (_, entry) => entry.externalIds.map((text, index) => ({ index, instanceId: entry.instanceId, text })),
  dimensions: { instance: ({ instanceId }) => instanceId, letter: ({ text }) => text[0] },
};

interface Payload {
  texts: string[];
  size: number;
}

let bench: LogBench;
beforeAll(async () => {
  bench = await openLogBench();
});
afterAll(() => bench.close());

const log = pino({ level: "silent" });
const viewer = (id: string): Viewer => ({ ...systemViewer, id });

interface Stage {
  tailer: Tailer;
  fanOut: FanOut<Payload>;
  /** How often each text was made. */
  made: Map<string, number>;
  ended: Set<string>;
  operation(
    letters: string[] | null,
    options?: Partial<SharedOperation<object, Payload>>,
  ): SharedOperation<object, Payload>;
  close(): void;
}

async function stage(
  options: { keep?: number; fails?: () => boolean; renderMs?: () => number; size?: number } = {},
): Promise<Stage> {
  const tailer = await bench.tailer({ keep: options.keep ?? 50_000, pollMs: 200 });
  const ended = new Set<string>();
  const made = new Map<string, number>();
  const fanOut = createFanOut<Payload>({
    tailer,
    sql: bench.database.sql,
    log,
    retryMs: 1,
    revalidate: async ({ id }): Promise<Standing> => (ended.has(id) ? "ended" : "ok"),
  });
  return {
    tailer,
    fanOut,
    made,
    ended,
    operation(letters, more = {}) {
      const feed: Feed<Word, object> = {
        channel,
        conditions: letters === null ? [] : [{ dimension: "letter", values: letters }],
        matches: ({ text }) => letters === null || letters.includes(text[0]!),
        perMessage: 1,
        toValue: ([word]) => word!.text,
      };
      return {
        key: `letters ${letters}`,
        rights: "all",
        rendering: "text",
        viewer: viewer("subscribers"),
        feed: feed as unknown as Feed<Item, object>,
        createContext: () => ({}),
        async render(value) {
          await sleep(options.renderMs?.() ?? 0);
          if (options.fails?.()) throw new Error("a passing fault");
          made.set(String(value), (made.get(String(value)) ?? 0) + 1);
          return { texts: [String(value)], size: options.size ?? 1000 };
        },
        join: (payloads) => ({ texts: payloads.flatMap(({ texts }) => texts), size: 1000 * payloads.length }),
        ...more,
      };
    },
    close: () => fanOut.close(),
  };
}

interface Hearer extends Member<Payload> {
  heard: string[];
  failed: unknown;
  leave(): void;
}

/** `takes` says whether what is sent at once is taken; `ms` how long it takes to send when it is waited for. */
function hearer(
  on: Stage,
  operation: SharedOperation<object, Payload>,
  options: { after?: LogCursor; by?: Viewer; takes?: () => boolean; ms?: () => number } = {},
): Hearer {
  const heard: string[] = [];
  const member: Hearer = {
    viewer: options.by ?? viewer("token/1"),
    seen: options.after ?? { position: on.tailer.position(), index: wholeBatch },
    isOver: false,
    heard,
    failed: null,
    offer({ texts }) {
      if (options.takes?.() === false) return false;
      heard.push(...texts);
      return true;
    },
    async send({ texts }) {
      if (options.ms) await sleep(options.ms());
      if (!member.isOver) heard.push(...texts);
    },
    drained: () => (options.ms ? sleep(options.ms()) : Promise.resolve()),
    fail(error) {
      member.failed = error;
      member.leave();
    },
    leave() {
      if (member.isOver) return;
      (member as { isOver: boolean }).isOver = true;
      seat.leave(member);
    },
  };
  const after = options.after ? encodeCursor({ epoch: on.tailer.epoch(), ...options.after }) : null;
  const seat = on.fanOut.join(operation, member, { after });
  return member;
}

const letters = ["a", "b", "c"];
let written = 0;
async function write(by: ReturnType<typeof random>, size: number, into: string[]): Promise<void> {
  const texts = range(size).map(() => {
    written += 1;
    return `${by.pick(letters)}${written}`;
  });
  into.push(...texts);
  await bench.append(...texts);
}

test.each([1, 2, 3])(
  "members that join, resume, stall and leave at random hear everything once, in order (seed %i)",
  async (seed) => {
    const by = random(seed);
    // Memory of two batches: who falls behind reads the database.
    const on = await stage({ keep: seed === 1 ? 50_000 : 30, fails: seed === 3 ? () => by.chance(0.02) : undefined });
    const start = { position: on.tailer.position(), index: wholeBatch };
    const all: string[] = [];
    const wishes = [null, ["a"], ["b", "c"], ["c"]];
    const operations = wishes.map((wish) => on.operation(wish));
    let writing = true;
    const members = range(40).map(async (n) => {
      const own = random(seed * 100 + n);
      const wish = wishes[n % wishes.length]!;
      await sleep(own.whole(100));
      const lazy = own.chance(0.5);
      const options = {
        takes: () => !lazy || own.chance(0.8),
        ...(lazy ? { ms: () => own.whole(3) } : {}),
      };
      let whole: string[] = [];
      let left = false;
      for (;;) {
        // Begins anew now and then: from the start, so that what it hears is comparable.
        const member = hearer(on, operations[n % wishes.length]!, { after: start, ...options });
        if (writing && own.chance(0.5)) {
          await sleep(own.whole(300));
          member.leave();
          const heardThen = member.heard.length;
          await sleep(5);
          expect(member.heard.length, "nothing after leaving").toBe(heardThen);
          left = true;
          continue;
        }
        while (writing) await sleep(20);
        const expected = all.filter((text) => wish === null || wish.includes(text[0]!));
        await until(() => member.heard.length >= expected.length || member.failed !== null);
        await sleep(10);
        expect(member.failed).toBeNull();
        whole = member.heard;
        member.leave();
        expect(whole, `seed ${seed}, member ${n}, left before: ${left}`).toEqual(expected);
        return;
      }
    });
    for (let batch = 0; batch < 120; batch += 1) {
      await write(by, 1 + by.whole(by.chance(0.1) ? 80 : 5), all);
      if (by.chance(0.5)) await sleep(by.whole(6));
    }
    writing = false;
    await Promise.all(members);
    on.close();
  },
);

test.each([1, 2, 3, 4])(
  "one or two members, set back again and again while messages are made, miss nothing (seed %i)",
  async (seed) => {
    const by = random(seed);
    // Large messages leave one by one: members are set back in the middle of an entry, too.
    const on = await stage({ renderMs: () => (by.chance(0.3) ? by.whole(15) : 0), size: 40_000 });
    const start = { position: on.tailer.position(), index: wholeBatch };
    const all: string[] = [];
    const groups = range(15).map((n) => {
      const operation = on.operation(null, { key: `group ${n}`, rendering: `group ${n}` });
      return range(1 + (n % 2)).map(() => hearer(on, operation, { after: start, takes: () => by.chance(0.6) }));
    });
    const writing = (async () => {
      for (let batch = 0; batch < 150; batch += 1) {
        await write(by, 1 + by.whole(6), all);
        if (by.chance(0.3)) await sleep(by.whole(8));
      }
    })();
    // Others come and go beside them: the group is sometimes without anybody live, sometimes gone.
    const passing = (async () => {
      for (let n = 0; n < 100; n += 1) {
        const other = hearer(on, on.operation(null, { key: `group ${n % 15}`, rendering: `group ${n % 15}` }));
        await sleep(by.whole(8));
        other.leave();
      }
    })();
    await Promise.all([writing, passing]);
    for (const [n, members] of groups.entries()) {
      for (const member of members) {
        await until(() => member.heard.length >= all.length);
        expect(member.heard, `seed ${seed}, group ${n}`).toEqual(all);
      }
    }
    on.close();
  },
);

test("one that becomes live while the last of the others has left a busy group misses nothing of the time between", async () => {
  let isMaking = false;
  let mayMake = false;
  const on = await stage();
  const start = { position: on.tailer.position(), index: wholeBatch };
  const operation = on.operation(null);
  const slow = {
    ...operation,
    async render(value: unknown, context: object) {
      isMaking = true;
      while (!mayMake) await sleep(2);
      return operation.render(value, context);
    },
  };
  const first = hearer(on, slow);
  // Keeps the group, and is never live.
  const stuck = hearer(on, slow, { after: start, ms: () => 3_600_000 });
  await bench.append("a-first");
  await until(() => isMaking);
  first.leave();
  await bench.append("b-second", "c-third");
  await sleep(100);
  const next = hearer(on, slow, { after: start });
  await sleep(100);
  mayMake = true;
  await bench.append("a-fourth");
  await until(() => next.heard.length === 4);
  expect(next.heard).toEqual(["a-first", "b-second", "c-third", "a-fourth"]);
  expect(first.heard).toEqual([]);
  stuck.leave();
  on.close();
});

test("a group whose messages take long to make reads the log itself, and keeps little", async () => {
  const by = random(4);
  const on = await stage();
  let isSlow = true;
  const all: string[] = [];
  const operation = on.operation(null);
  const slow = {
    ...operation,
    async render(value: unknown, context: object) {
      while (isSlow) await sleep(5);
      return operation.render(value, context);
    },
  };
  const members = range(3).map(() => hearer(on, slow));
  for (let batch = 0; batch < 60; batch += 1) await write(by, 100, all);
  await until(() => on.tailer.position() > 0 && on.made.size === 0);
  await sleep(100);
  isSlow = false;
  for (const { heard } of members) {
    await until(() => heard.length === all.length);
    expect(heard).toEqual(all);
  }
  expect([...on.made.values()].every((times) => times === 1)).toBe(true);
  await write(by, 5, all);
  await until(() => members[0]!.heard.length === all.length);
  on.close();
});

test("a message is made once for all groups that select the same, and for those who fall a little behind", async () => {
  const by = random(5);
  const on = await stage();
  const all: string[] = [];
  const members = [null, ["a"], ["b"], ["a", "b"], ["c"], ["a", "c"]].flatMap((wish) =>
    range(20).map((n) => ({
      wish,
      member: hearer(on, on.operation(wish), n % 5 ? {} : { takes: () => by.chance(0.7) }),
    })),
  );
  for (let batch = 0; batch < 20; batch += 1) await write(by, 10, all);
  for (const { wish, member } of members) {
    const expected = all.filter((text) => wish === null || wish.includes(text[0]!));
    await until(() => member.heard.length >= expected.length);
    expect(member.heard).toEqual(expected);
  }
  expect([...on.made.keys()].sort()).toEqual([...all].sort());
  expect(new Set(on.made.values())).toEqual(new Set([1]));
  on.close();
});

test("who lost rights hears nothing more, live or catching up; those beside it go on", async () => {
  const by = random(6);
  const on = await stage();
  const start = { position: on.tailer.position(), index: wholeBatch };
  const all: string[] = [];
  const operation = on.operation(null);
  const lost = range(3).map(() => hearer(on, operation, { by: viewer("token/7") }));
  const kept = range(3).map(() => hearer(on, operation, { by: viewer("token/8") }));
  await write(by, 10, all);
  await until(() => [...lost, ...kept].every(({ heard }) => heard.length === 10));
  on.ended.add("token/7");
  const late = hearer(on, operation, { by: viewer("token/7"), after: start });
  await write(by, 10, all);
  await until(() => kept.every(({ heard }) => heard.length === 20));
  await sleep(50);
  for (const { heard } of lost) expect(heard).toEqual(all.slice(0, 10));
  expect(late.heard).toEqual([]);
  // The last one leaves, and the group begins anew.
  for (const member of [...lost, ...kept, late]) member.leave();
  const next = hearer(on, operation);
  await write(by, 1, all);
  await until(() => next.heard.length === 1);
  on.close();
});

test("rights to some instances are a bound, whatever the filter", async () => {
  const on = await stage();
  const none = on.operation(null, { key: "none", viewer: { ...viewer("x"), instanceIds: [2] } });
  const some = on.operation(null, { key: "some", viewer: { ...viewer("x"), instanceIds: [1, 2] } });
  const start = { position: on.tailer.position(), index: wholeBatch };
  const members = [
    hearer(on, none),
    hearer(on, none, { after: start }),
    hearer(on, some),
    hearer(on, some, { after: start }),
  ];
  await bench.append("a-one", "b-two");
  await until(() => members[2]!.heard.length === 2 && members[3]!.heard.length === 2);
  await sleep(50);
  expect(members.map(({ heard }) => heard.length)).toEqual([0, 0, 2, 2]);
  on.close();
});

test("what cannot be made at all ends the subscriptions with the error; an expired cursor says so", async () => {
  const on = await stage({ fails: () => true });
  const live = hearer(on, on.operation(null));
  await bench.append("a-broken");
  await until(() => live.failed !== null);
  expect(String(live.failed)).toContain("a passing fault");
  await bench.trim(on.tailer.position());
  const expired = hearer(on, on.operation(null), { after: { position: on.tailer.position() - 1, index: wholeBatch } });
  await until(() => expired.failed !== null);
  expect(expired.failed).toBeInstanceOf(CursorExpiredError);
  on.close();
});

test("thousands of entries while nobody drains are not kept: a stalled member costs a position", async () => {
  const on = await stage({ keep: 100 });
  let drains = false;
  const member = hearer(on, on.operation(null), { takes: () => drains });
  (member as { drained: () => Promise<void> }).drained = async () => {
    while (!drains) await sleep(5);
  };
  const all: string[] = [];
  const by = random(9);
  for (let batch = 0; batch < 100; batch += 1) await write(by, 20, all);
  await sleep(50);
  // Made once, for the one it did not take; nothing since, since nobody is live.
  expect(on.made.size).toBeLessThanOrEqual(50);
  drains = true;
  await until(() => member.heard.length === all.length);
  expect(member.heard).toEqual(all);
  on.close();
});
