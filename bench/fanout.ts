import { setTimeout as sleep } from "node:timers/promises";
import { encodeId } from "../schema/ids.ts";
import type { LoadOptions, LoadResult } from "./load.ts";
import { cpuOf, type Helper, rssOf, startHelper } from "./processes.ts";
import { median, type Table } from "./report.ts";
import { type Server, startGateway, startPeer } from "./servers/index.ts";

export interface FanoutOptions {
  url: string;
  quick: boolean;
  rounds: number;
  seconds: number;
  say: (line: string) => void;
}

export interface FanoutResult {
  kind: Kind;
  subscribers: number;
  ratio: number;
  perSecond: number;
  limitPerSecond: number;
  /** CPU microseconds per message of the server process. */
  cpu: number;
  limitCpu: number;
}

export interface IdleResult {
  subscribers: number;
  kibEach: number;
  limitKibEach: number;
  /** Of the whole process with them. */
  mib: number;
  limitMib: number;
}

const kinds = {
  shared: "one operation shared by all",
  filters: "50 different filters, all of which match",
  selective: "50 different filters, one of which matches",
  single: "one operation shared by all, a commit for each event",
};
type Kind = keyof typeof kinds;

export const document = `subscription Added($filter: ActivityFilter) { activityAdded(filter: $filter) { cursor activity { id externalId occurredAt category eventType description outcome actorName ipAddress country user { id displayName } instance { id name } } } }`;

function subscriptionsOf(kind: Kind): string[] {
  const filters = Array.from({ length: 50 }, (_, index) =>
    kind === "filters"
      ? { eventTypes: ["bench.event", `other.event.${index}`] }
      : { instanceIds: [encodeId("Instance", 1 + (index >> 1))], categories: [index % 2 ? "USER" : "LOG_ON"] },
  );
  const wanted = kind === "filters" || kind === "selective" ? filters : [null];
  return wanted.map((filter) => JSON.stringify({ query: document, variables: { filter } }));
}

/** Events to many subscribers, two pages on their way at any time: the server always has something to send. */
export async function measureFanout(options: FanoutOptions): Promise<{ fanout: FanoutResult[]; idle: IdleResult }> {
  const publisher = startHelper("publisher.ts");
  const readers = { gateway: startHelper("sockets.ts"), limit: startHelper("sockets.ts") };
  const servers: Server[] = [];
  try {
    await publisher.ask("open", { url: options.url });
    const gateway = await startGateway(options.url, { tokens: 6 });
    servers.push(gateway);
    const limit = await startPeer("fanout-limit");
    servers.push(limit);
    const parts = { publisher, readers, gateway, limit };
    const idle = await measureIdle(parts, options);
    const fanout: FanoutResult[] = [];
    for (const kind of Object.keys(kinds) as Kind[]) {
      for (const subscribers of [100, 1000, 5000]) {
        // Two of a hundred say nothing; and the quick run leaves out what takes long.
        const isLeftOut =
          (kind === "selective" && subscribers < 1000) || (options.quick && kind !== "shared" && subscribers > 1000);
        if (!isLeftOut) fanout.push(await measureOne(parts, kind, subscribers, options));
      }
    }
    return { fanout, idle };
  } finally {
    await Promise.all([publisher, ...Object.values(readers), ...servers].map((one) => one.stop()));
  }
}

interface Parts {
  publisher: Helper;
  readers: { gateway: Helper; limit: Helper };
  gateway: Server & { tokens: string[] };
  limit: Server;
}

async function measureOne(
  parts: Parts,
  kind: Kind,
  subscribers: number,
  options: FanoutOptions,
): Promise<FanoutResult> {
  const { publisher, readers, gateway, limit } = parts;
  const sample = await openGateway(parts, kind, subscribers);
  await readers.limit.ask("open", { port: limit.port, count: subscribers, tokens: [""], subscriptions: ["{}"] });
  await post(limit, "/message", sample);

  const groups = kind === "selective" ? 50 : 1;
  const reached = subscribers / groups;
  const events = kind === "single" ? 1 : 2 * Math.ceil(Math.min(50, Math.max(2, 10_000 / reached)) / 2);
  const outstanding = kind === "single" ? 8 : 2;
  const rounds: { gateway: Pumped; limit: Pumped }[] = [];
  for (let round = -1; round < options.rounds; round++) {
    const seconds = round < 0 ? Math.min(1, options.seconds) : options.seconds;
    const pumped = {
      gateway: await pump(
        readers.gateway,
        () => publisher.ask("publish", { events }),
        gateway,
        events * reached,
        outstanding,
        seconds,
      ),
      limit: await pump(
        readers.limit,
        () => post(limit, "/send", JSON.stringify({ events, groups })),
        limit,
        events * reached,
        outstanding,
        seconds,
      ),
    };
    if (round >= 0) rounds.push(pumped);
  }
  await readers.gateway.ask("close");
  await readers.limit.ask("close");
  await sleep(1000);
  const result = {
    kind,
    subscribers,
    ratio: median(rounds.map((one) => one.gateway.perSecond / one.limit.perSecond)),
    perSecond: median(rounds.map((one) => one.gateway.perSecond)),
    limitPerSecond: median(rounds.map((one) => one.limit.perSecond)),
    cpu: median(rounds.map((one) => one.gateway.cpu)),
    limitCpu: median(rounds.map((one) => one.limit.cpu)),
  };
  options.say(
    `Fan-out, ${kinds[kind]}, ${subscribers}: ${result.ratio.toFixed(2)} (${Math.round(result.perSecond)}/s of ${Math.round(result.limitPerSecond)}/s)`,
  );
  return result;
}

/** Opens subscribers at the gateway and waits until an event has reached each of them. Gives one message as they get it. */
export async function openGateway(
  { publisher, readers, gateway }: Omit<Parts, "limit">,
  kind: Kind,
  subscribers: number,
): Promise<string> {
  const reader = readers.gateway;
  await reader.ask("open", {
    port: gateway.port,
    count: subscribers,
    tokens: gateway.tokens,
    subscriptions: subscriptionsOf(kind),
  });
  await reader.ask("read");
  for (let tries = 0; tries < 60; tries++) {
    await publisher.ask("probe");
    await sleep(500);
    const { reached, lost, lastClose, sample } = await reader.ask<{
      reached: number;
      lost: number;
      lastClose: string;
      sample: string;
    }>("state");
    if (lost > 0) throw new Error(`${lost} subscribers were closed (${lastClose}).`);
    if (sample.includes('"errors"') || sample.includes('"type":"error"')) throw new Error(sample);
    if (reached === subscribers) {
      await untilQuiet(reader);
      return sample;
    }
  }
  throw new Error(
    `Not all of ${subscribers} subscribers were reached. Said by the gateway:\n${gateway.output().slice(-2000)}`,
  );
}

async function untilQuiet(reader: Helper): Promise<void> {
  for (let before = -1; ; ) {
    const { count } = await reader.ask<{ count: number }>("state");
    if (count === before) return;
    before = count;
    await sleep(700);
  }
}

interface Pumped {
  perSecond: number;
  cpu: number;
}

async function pump(
  reader: Helper,
  send: () => Promise<unknown>,
  server: Server,
  perPage: number,
  outstanding: number,
  seconds: number,
): Promise<Pumped> {
  await reader.ask("count", { page: perPage });
  const cpuBefore = cpuOf(server.pid);
  const startedAt = performance.now();
  let sent = 0;
  let done = 0;
  await new Promise<void>((resolve, reject) => {
    let patience: NodeJS.Timeout;
    const sendOne = () => {
      sent += 1;
      send().catch(reject);
    };
    const stopListening = reader.onTold(() => {
      done += 1;
      patience.refresh();
      if (performance.now() - startedAt < seconds * 1000) return sendOne();
      if (done < sent) return;
      clearTimeout(patience);
      stopListening();
      resolve();
    });
    patience = setTimeout(async () => {
      stopListening();
      reject(
        new Error(
          `Messages are missing: page ${done + 1} of ${perPage}; ${JSON.stringify(await reader.ask("state"))}\n${server.output().slice(-2000)}`,
        ),
      );
    }, 30_000);
    for (let page = 0; page < outstanding; page++) sendOne();
  });
  const messages = done * perPage;
  return {
    perSecond: (messages * 1000) / (performance.now() - startedAt),
    cpu: ((cpuOf(server.pid) - cpuBefore) * 1000) / messages,
  };
}

/**
 * Memory that an idle subscriber holds, of a gateway in use: one that has answered queries and served some subscribers. Its heap has
 * grown by then, as it would for any of its other work.
 */
async function measureIdle(parts: Parts, { say }: FanoutOptions): Promise<IdleResult> {
  const { readers, gateway, limit } = parts;
  const subscribers = 5000;
  await useGateway(gateway);
  await openGateway(parts, "shared", 100);
  await readers.limit.ask("open", { port: limit.port, count: 100, tokens: [""], subscriptions: ["{}"] });
  await closeBoth(parts);
  const before = [rssOf(gateway.pid), rssOf(limit.pid)] as const;
  await readers.gateway.ask("open", {
    port: gateway.port,
    count: subscribers,
    tokens: gateway.tokens,
    subscriptions: subscriptionsOf("shared"),
  });
  await readers.limit.ask("open", { port: limit.port, count: subscribers, tokens: [""], subscriptions: ["{}"] });
  await sleep(10_000);
  const after = [rssOf(gateway.pid), rssOf(limit.pid)] as const;
  const kibEach = (after[0] - before[0]) / subscribers;
  const limitKibEach = (after[1] - before[1]) / subscribers;
  await closeBoth(parts);
  say(
    `Memory of an idle subscriber at ${subscribers}: ${kibEach.toFixed(1)} KiB (of the limit ${limitKibEach.toFixed(1)})`,
  );
  return { subscribers, kibEach, limitKibEach, mib: after[0] / 1024, limitMib: after[1] / 1024 };
}

async function useGateway({ port, tokens }: Parts["gateway"]): Promise<void> {
  const load = startHelper("load.ts");
  try {
    const query =
      "{ activities(first: 50) { nodes { id description occurredAt user { displayName } instance { name } } } }";
    const asking: LoadOptions = {
      port,
      path: "/graphql",
      bodies: [JSON.stringify({ query })],
      headers: { authorization: `Bearer ${tokens[0]}` },
      connections: 32,
      seconds: 3,
    };
    const { requests, failed } = await load.ask<LoadResult>("load", { ...asking });
    if (failed > 0) throw new Error(`${failed} of ${requests} queries failed.`);
  } finally {
    await load.stop();
  }
}

async function closeBoth({ readers }: Parts): Promise<void> {
  await readers.gateway.ask("close");
  await readers.limit.ask("close");
  await sleep(2000);
}

async function post({ port }: Server, path: string, body: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body });
  await answer.arrayBuffer();
}

export function tablesOfFanout({ fanout, idle }: { fanout: FanoutResult[]; idle: IdleResult }): Table[] {
  const counts = [100, 1000, 5000];
  const grid = (title: string, cell: (one: FanoutResult) => string): Table => ({
    title,
    head: ["", ...counts.map((count) => `N = ${count.toLocaleString("en")}`)],
    rows: (Object.keys(kinds) as Kind[]).map((kind) => [
      kinds[kind],
      ...counts.map((count) => {
        const found = fanout.find((one) => one.kind === kind && one.subscribers === count);
        return found ? cell(found) : "";
      }),
    ]),
  });
  return [
    grid("Fan-out: messages a second as a ratio to `ws` sending one pre-serialised buffer", (one) =>
      one.ratio.toFixed(2),
    ),
    grid(
      "Fan-out: messages a second, Gatehouse / limit",
      (one) =>
        `${Math.round(one.perSecond).toLocaleString("en")} / ${Math.round(one.limitPerSecond).toLocaleString("en")}`,
    ),
    grid("Fan-out: CPU µs a message, Gatehouse / limit", (one) => `${one.cpu.toFixed(1)} / ${one.limitCpu.toFixed(1)}`),
    {
      title: "Fan-out: memory",
      head: ["", "Gatehouse", "limit"],
      rows: [
        [
          `RSS an idle subscriber, N = ${idle.subscribers}`,
          `${idle.kibEach.toFixed(1)} KiB`,
          `${idle.limitKibEach.toFixed(1)} KiB`,
        ],
        ["RSS of the process with them", `${idle.mib.toFixed(0)} MiB`, `${idle.limitMib.toFixed(0)} MiB`],
      ],
    },
  ];
}
