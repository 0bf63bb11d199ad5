import { setTimeout as sleep } from "node:timers/promises";
import { asker } from "../src/cli/demo/ask.ts";
import { freePort, repository, run, start } from "./processes.ts";
import type { Table } from "./report.ts";

export interface FileAlertResult {
  rounds: number;
  /** Milliseconds from the answer that a file was shared to the match of the policy being readable. */
  p50: number;
  p99: number;
}

const size = { users: 40, groups: 3, events: 100, historyDays: 1, files: 200, unlimited: true };

/**
 * From a link at the provider to the alert: webhook, feed of changes, inspection of the content, match. One process that serves and
 * works, the sandbox's Box beside it, its webhooks on. In each round a sheet with card numbers, closed before, is opened to anybody.
 */
export async function measureFileAlerts({
  url,
  rounds,
  say,
}: {
  url: string;
  rounds: number;
  say: (line: string) => void;
}): Promise<FileAlertResult> {
  const sandbox = start(process.execPath, [`${repository}sandbox/main.ts`, "--port", "0"]);
  const sandboxUrl = (await sandbox.waitFor(/listening on (http:\S+)/))[1] as string;
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: url,
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    PROVIDER_SANDBOX_URL: sandboxUrl,
    GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 7).toString("base64"),
    LOG_LEVEL: "warn",
  };
  const gateway = start(process.execPath, [`${repository}src/main.ts`, "serve"], env);
  try {
    await gateway.waitFor(/Gatehouse is ready in/);
    const made = ["src/main.ts", "token", "create", "--name", "bench", "--role", "ADMIN"];
    const ask = asker(publicUrl, (await run(process.execPath, made, env)).trim());
    const control = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${sandboxUrl}/_sandbox${path}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as { credentials: Record<string, string> };
    };
    const { credentials } = await control("POST", "/tenants", { provider: "box", name: "bench", ...size });
    const { clientId, clientSecret, enterpriseId, webhookPrimaryKey, watchedFolder } = credentials;
    await ask(
      "mutation ($input: ConnectInstanceInput!) { connectInstance(input: $input) { userErrors { message } } }",
      {
        input: {
          connectorSlug: "box",
          name: "Bench",
          settings: {
            ...{ mode: "clientCredentials", clientId, clientSecret, enterpriseId, webhookPrimaryKey },
            watchedFolders: watchedFolder,
          },
        },
      },
    );
    const [sheet] = await until(
      async () =>
        (await ask('{ files(filter: { search: "Card payments" }) { nodes { id externalId } } }')).files!.nodes as {
          id: string;
          externalId: string;
        }[],
      (nodes) => nodes.length > 0,
    );
    const share = (access: string) =>
      control("POST", "/tenants/box/bench/changes", {
        what: "share-file",
        parameters: { file: sheet!.externalId, access },
      });
    await share("company");
    const { createPolicy } = await ask(
      "mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id } userErrors { message } } }",
      {
        input: {
          name: "Cards behind links",
          kind: "FILE",
          fileFilter: { sharing: ["PUBLIC"], search: "Card payments" },
          contentCondition: { categories: ["FINANCIAL"] },
        },
      },
    );
    const query =
      "query ($id: ID!) { node(id: $id) { ... on Policy { fileMatches(first: 1) { nodes { alert { id } } } } } }";
    const variables = { id: (createPolicy!.policy as { id: string }).id };
    const matches = async () => {
      const { node } = await ask(query, variables);
      return (node!.fileMatches as { nodes: object[] }).nodes.length;
    };
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await until(matches, (count) => count === 0);
      await share("open");
      const from = performance.now();
      await until(matches, (count) => count === 1);
      times.push(performance.now() - from);
      await share("company");
      if (round % 10 === 9) say(`file alerts: ${round + 1} rounds`);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] as number;
    return { rounds, p50: at(0.5), p99: at(0.99) };
  } finally {
    await gateway.stop();
    await sandbox.stop();
  }
}

export function tablesOfFileAlerts({ rounds, p50, p99 }: FileAlertResult): Table[] {
  return [
    {
      title: "A link at the provider to the alert with the content inspected (webhook of Box's sandbox)",
      head: ["rounds", "p50 ms", "p99 ms"],
      rows: [[String(rounds), p50.toFixed(0), p99.toFixed(0)]],
    },
  ];
}

async function until<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + 120_000; ; await sleep(10)) {
    const value = await read();
    if (done(value)) return value;
    if (performance.now() > deadline) throw new Error(`Still not so: ${JSON.stringify(value)}`);
  }
}
