import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openEmbedded } from "../src/platform/postgres/index.ts";
import { freePort, run, start } from "./processes.ts";
import { median, type Table } from "./report.ts";

export interface StartResult {
  database: "new" | "existing, stopped" | "existing, running";
  seconds: number;
  goal: number;
}

const query = JSON.stringify({ query: "{ viewer { name } }" });

/** From `npm start` to the first answered query, signed in with the link that a new installation prints. */
export async function measureStart({
  rounds,
  say,
}: {
  rounds: number;
  say: (line: string) => void;
}): Promise<StartResult[]> {
  const times: Record<StartResult["database"], number[]> = {
    new: [],
    "existing, stopped": [],
    "existing, running": [],
  };
  for (let round = 0; round < rounds; round++) {
    const data = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
    chmodSync(data, 0o711);
    try {
      const first = await startOnce({ GATEHOUSE_DATA: data, DATABASE_URL: undefined });
      times.new.push(first);
      const made = ["src/main.ts", "token", "create", "--name", "local admin", "--role", "ADMIN"];
      const token = (await run(process.execPath, made, { GATEHOUSE_DATA: data, DATABASE_URL: undefined })).trim();
      const again = await startOnce({ GATEHOUSE_DATA: data, DATABASE_URL: undefined }, token);
      times["existing, stopped"].push(again);
      const database = await openEmbedded({ dataDirectory: data, log: () => {} });
      try {
        const running = await startOnce({ GATEHOUSE_DATA: data, DATABASE_URL: database.url }, token);
        times["existing, running"].push(running);
      } finally {
        await database.stop();
      }
    } finally {
      remove(data);
    }
  }
  return Object.entries(times).map(([database, seconds]) => {
    const result = {
      database: database as StartResult["database"],
      seconds: median(seconds),
      goal: database === "new" ? 4 : 1.5,
    };
    say(`npm start, ${database} database: first query answered after ${result.seconds.toFixed(2)} s`);
    return result;
  });
}

/** `token`: of an installation that has one; a new one prints a link. */
async function startOnce(env: Record<string, string | undefined>, token?: string): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const gateway = start("npm", ["start"], {
    ...env,
    PORT: String(port),
    HOST: "127.0.0.1",
    PUBLIC_URL: undefined,
    NODE_ENV: undefined,
    LOG_LEVEL: "warn",
  });
  try {
    const signedIn: Record<string, string> = token
      ? { authorization: `Bearer ${token}` }
      : { cookie: await signIn((await gateway.waitFor(/http:\/\/\S+\/signin\?token=\S+/))[0]) };
    await gateway.waitFor(/Gatehouse is ready in/);
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gatehouse-csrf": "1", ...signedIn },
      body: query,
    });
    const text = await answer.text();
    if (!text.includes("local admin")) throw new Error(`The first query was answered ${answer.status}: ${text}`);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await gateway.stop();
  }
}

async function signIn(link: string): Promise<string> {
  const signedIn = await fetch(link, { redirect: "manual" });
  const cookies = signedIn.headers.getSetCookie().map((one) => one.split(";")[0]);
  return cookies.filter((one) => !one?.endsWith("=")).join("; ");
}

/** With the cluster, which lies elsewhere when its account could not reach the folder. */
function remove(data: string): void {
  const cluster = realpathSync(join(data, "postgres"));
  if (!cluster.startsWith(data)) rmSync(dirname(cluster), { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
}

export function tablesOfStart(results: StartResult[]): Table[] {
  return [
    {
      title: "`npm start` to the first answered query",
      head: ["database", "of the goal", "seconds", "goal"],
      rows: results.map((one) => [
        one.database,
        (one.seconds / one.goal).toFixed(2),
        one.seconds.toFixed(2),
        one.goal.toFixed(1),
      ]),
    },
  ];
}
