import { setTimeout as sleep } from "node:timers/promises";
import { openGateway } from "./fanout.ts";
import { type Helper, startHelper } from "./processes.ts";
import { median, type Table } from "./report.ts";
import { type Server, startGateway, startPeer } from "./servers/index.ts";

export interface LatencyOptions {
  url: string;
  rounds: number;
  seconds: number;
  say: (line: string) => void;
}

export interface LatencyResult {
  server: "limit" | "Gatehouse";
  p50: number;
  p99: number;
  most: number;
}

const subscribers = 1000;
const perSecond = 20;

/** From COMMIT in another process to each of 1,000 subscribers, 20 events a second, beside LISTEN and `ws` with the same bytes. */
export async function measureLatency({ url, rounds, seconds, say }: LatencyOptions): Promise<LatencyResult[]> {
  const publisher = startHelper("publisher.ts");
  const readers = { gateway: startHelper("sockets.ts"), limit: startHelper("sockets.ts") };
  const servers: Server[] = [];
  try {
    await publisher.ask("open", { url });
    const gateway = await startGateway(url, { tokens: 2 });
    servers.push(gateway);
    const limit = await startPeer("fanout-limit", url);
    servers.push(limit);
    const sample = await openGateway({ publisher, readers, gateway }, "shared", subscribers);
    await readers.limit.ask("open", { port: limit.port, count: subscribers, tokens: [""], subscriptions: ["{}"] });
    const message = sample.replace(/"externalId":"[^"]*"/, '"externalId":"timed-00000000"');
    const measured = { limit: [] as Latencies[], Gatehouse: [] as Latencies[] };
    let from = 0;
    for (let round = -1; round < rounds; round++) {
      for (const [name, reader, extra] of [
        ["limit", readers.limit, { message }],
        ["Gatehouse", readers.gateway, {}],
      ] as const) {
        await reader.ask("read");
        const span = round < 0 ? 2 : seconds;
        const one = await timed(publisher, reader, { perSecond, seconds: span, from, ...extra });
        from += perSecond * span;
        if (one.samples !== perSecond * span * subscribers)
          throw new Error(`${name}: ${one.samples} messages came of ${perSecond * span * subscribers}.`);
        if (round >= 0) measured[name].push(one);
      }
    }
    return (["limit", "Gatehouse"] as const).map((server) => {
      const middle = (pick: (one: Latencies) => number) => median(measured[server].map(pick));
      const result = {
        server,
        p50: middle((one) => one.p50),
        p99: middle((one) => one.p99),
        most: middle((one) => one.most),
      };
      say(`Commit to client, ${server}: p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`);
      return result;
    });
  } finally {
    await Promise.all([publisher, ...Object.values(readers), ...servers].map((one) => one.stop()));
  }
}

interface Latencies {
  samples: number;
  p50: number;
  p99: number;
  most: number;
}

async function timed(publisher: Helper, reader: Helper, options: object): Promise<Latencies> {
  const commits = await publisher.ask<[number, number][]>("timed", options);
  const expected = commits.length * subscribers;
  // A server that does not keep up gets the time to come to the end: its latencies tell.
  for (let before = -1, waited = 0; waited < 120; waited++) {
    await sleep(1000);
    const { timed: come } = await reader.ask<{ timed: number }>("state");
    if (come >= expected || (come === before && waited % 10 === 9)) break;
    if (waited % 10 === 9) before = come;
  }
  const byEvent: number[] = [];
  for (const [event, at] of commits) byEvent[event] = at;
  return reader.ask("latencies", { commits: byEvent });
}

export function tablesOfLatency(results: LatencyResult[]): Table[] {
  const [limit] = results;
  return [
    {
      title: `Commit to client at ${perSecond} events a second and ${subscribers.toLocaleString("en")} subscribers`,
      head: ["", "p99 as a ratio", "p50 ms", "p99 ms", "most ms"],
      rows: results.map((one) => [
        one.server,
        (one.p99 / (limit as LatencyResult).p99).toFixed(2),
        one.p50.toFixed(1),
        one.p99.toFixed(1),
        one.most.toFixed(1),
      ]),
    },
  ];
}
