import type { Sql } from "postgres";
import type { LoadOptions, LoadResult } from "./load.ts";
import { cpuOf, cpuOfPostgres, type Helper, startHelper } from "./processes.ts";
import {
  type Asked,
  about,
  bodiesOf,
  chooseAsked,
  type QueryName,
  queryNames,
  rowsOf,
  type ServerName,
  serverNames,
} from "./queries.ts";
import { median, spread, type Table } from "./report.ts";
import { type Server, startGateway, startPeer } from "./servers/index.ts";

export interface ReadsOptions {
  url: string;
  postmaster: number;
  rounds: number;
  seconds: number;
  say: (line: string) => void;
}

interface Round extends LoadResult {
  /** CPU milliseconds per request of the server, and of PostgreSQL. */
  cpu: number;
  postgresCpu: number;
}

export interface ReadResult {
  query: QueryName;
  server: ServerName;
  perSecond: number;
  ratio: number;
  /** Lowest and highest ratio of a round to the limit's of the same round. */
  ratioFrom: number;
  ratioTo: number;
  cpuMs: number;
  postgresCpuMs: number;
  p50: number;
  p99: number;
  failed: number;
}

/** Q1–Q4 at every server in turn: A B C D A B C D …, so that whatever else the machine does meets all of them. */
export async function measureReads(sql: Sql, options: ReadsOptions): Promise<ReadResult[]> {
  const { url, say } = options;
  const servers = new Map<ServerName, Server>();
  const load = startHelper("load.ts");
  try {
    servers.set("limit", await startPeer("limit", url));
    servers.set("PostGraphile", await startPeer("postgraphile", url));
    servers.set("Mercurius", await startPeer("mercurius", url));
    servers.set("Gatehouse", await startGateway(url));
    const asked = await chooseAsked(sql);
    await checkSame(servers, asked);
    say("All servers answer the same rows.");
    const results: ReadResult[] = [];
    for (const query of queryNames) results.push(...(await measureQuery(query, servers, asked, load, options)));
    return results;
  } finally {
    await load.stop();
    for (const server of servers.values()) await server.stop();
  }
}

async function measureQuery(
  query: QueryName,
  servers: Map<ServerName, Server>,
  asked: Asked,
  load: Helper,
  options: ReadsOptions,
): Promise<ReadResult[]> {
  const rounds = new Map<ServerName, Round[]>(serverNames.map((name) => [name, []]));
  for (let round = -1; round < options.rounds; round++) {
    for (const [name, server] of servers) {
      // The round before the first warms up.
      const seconds = round < 0 ? Math.min(2, options.seconds) : options.seconds;
      const asking: LoadOptions = {
        ...server,
        path: "/graphql",
        bodies: bodiesOf(name, query, asked),
        connections: 32,
        seconds,
      };
      const measured = await underLoad(server, load, asking, options.postmaster);
      if (round >= 0) rounds.get(name)?.push(measured);
    }
  }
  const limit = rounds.get("limit") as Round[];
  const results = [...rounds].map(([server, own]): ReadResult => {
    const perSecond = own.map((one) => one.requests / one.seconds);
    const ratios = perSecond.map(
      (one, index) => one / ((limit[index] as Round).requests / (limit[index] as Round).seconds),
    );
    const middle = (pick: (one: Round) => number) => median(own.map(pick));
    const [ratioFrom, ratioTo] = spread(ratios);
    return {
      query,
      server,
      perSecond: median(perSecond),
      ratio: median(ratios),
      ratioFrom,
      ratioTo,
      cpuMs: middle((one) => one.cpu),
      postgresCpuMs: middle((one) => one.postgresCpu),
      p50: middle((one) => one.p50),
      p99: middle((one) => one.p99),
      failed: own.reduce((sum, one) => sum + one.failed, 0),
    };
  });
  options.say(
    `${query}: ${results.map(({ server, ratio, perSecond }) => `${server} ${ratio.toFixed(2)} (${perSecond.toFixed(0)}/s)`).join(", ")}`,
  );
  return results;
}

async function underLoad(server: Server, load: Helper, asking: LoadOptions, postmaster: number): Promise<Round> {
  const before = [cpuOf(server.pid), cpuOfPostgres(postmaster)] as const;
  const result = await load.ask<LoadResult>("load", { ...plainOptions(asking) });
  const used = [cpuOf(server.pid) - before[0], cpuOfPostgres(postmaster) - before[1]] as const;
  return { ...result, cpu: used[0] / result.requests, postgresCpu: used[1] / result.requests };
}

/** Only what can be sent to another process. */
function plainOptions({ port, path, headers, bodies, connections, seconds }: LoadOptions): LoadOptions {
  return { port, path, headers, bodies, connections, seconds };
}

async function checkSame(servers: Map<ServerName, Server>, asked: Asked): Promise<void> {
  for (const query of ["Q1", "Q2", "Q3"] as const) {
    for (let index = 0; index < Math.min(20, asked[query].length); index++) {
      const answers = new Map<string, string>();
      for (const [name, { port, headers }] of servers) {
        const body = bodiesOf(name, query, asked)[index] as string;
        const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body,
        });
        answers.set(name, rowsOf(await answer.text()));
      }
      const wanted = answers.get("limit") as string;
      for (const [name, rows] of answers) {
        if (rows !== wanted || rows.length < 100)
          throw new Error(
            `${name} answers ${query} differently from the limit:\n${rows.slice(0, 2000)}\nand not\n${wanted.slice(0, 2000)}`,
          );
      }
    }
  }
}

export function tablesOfReads(results: ReadResult[]): Table[] {
  const find = (query: QueryName, server: ServerName) =>
    results.find((one) => one.query === query && one.server === server) as ReadResult;
  const grid = (title: string, cell: (one: ReadResult) => string): Table => ({
    title,
    head: ["", ...queryNames],
    rows: serverNames.map((server) => [server, ...queryNames.map((query) => cell(find(query, server)))]),
  });
  return [
    grid(
      `Reads: requests a second as a ratio to the limit (${queryNames.map((query) => `${query} ${about[query]}`).join("; ")})`,
      (one) =>
        one.server === "limit"
          ? "1.00"
          : `${one.ratio.toFixed(2)} (${one.ratioFrom.toFixed(2)}–${one.ratioTo.toFixed(2)})`,
    ),
    grid(
      "Reads: requests a second",
      (one) => Math.round(one.perSecond).toLocaleString("en") + (one.failed ? ` (${one.failed} FAILED)` : ""),
    ),
    grid(
      "Reads: CPU ms a request, server + PostgreSQL",
      (one) => `${one.cpuMs.toFixed(3)} + ${one.postgresCpuMs.toFixed(3)}`,
    ),
    grid("Reads: p50 / p99 ms at 32 connections", (one) => `${one.p50.toFixed(1)} / ${one.p99.toFixed(1)}`),
  ];
}
