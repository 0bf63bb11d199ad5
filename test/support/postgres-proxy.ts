import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll } from "vitest";

/** Where a process is to be stopped: at the commit of a transaction whose statements and values match. */
export interface Halt {
  commitOf: RegExp;
  /** `before`: the commit does not reach PostgreSQL. `after`: it is done, and the process is not told. */
  at: "before" | "after";
}

export interface PostgresProxy {
  url: string;
  /**
   * Resolves when a connection has come to such a commit; it stands still from then on, and the process behind it is to be killed. Others
   * go on. Fails when none has after a minute.
   */
  halt(halt: Halt): Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<PostgresProxy>();
afterAll(async () => {
  for (const proxy of running) await proxy.stop();
});

/** Stands between a process and its PostgreSQL and reads what the process says, so that a test can kill it at one exact moment. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let wanted: (Halt & { reached: () => void }) | null = null;

  const server = createServer((client) => {
    const upstream = connect({ port: Number(target.port), host: target.hostname });
    const speech = createListener();
    let state: "open" | "waiting" | "held" = "open";
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        // What was held back is dropped with the connection: the process never sent it as far as PostgreSQL knows.
        client.destroy();
        upstream.destroy();
      });
    }
    const reach = () => {
      state = "held";
      wanted?.reached();
      wanted = null;
    };
    client.on("data", (chunk) => {
      for (const { bytes, commits } of speech.hear(chunk)) {
        if (state === "held") return;
        if (state === "open" && commits !== null && wanted?.commitOf.test(commits)) {
          if (wanted.at === "before") return reach();
          state = "waiting";
        }
        upstream.write(bytes);
      }
    });
    upstream.on("data", (chunk) => {
      // The answer to the commit, which nobody hears.
      if (state === "waiting" && chunk.includes("COMMIT\0")) reach();
      else if (state !== "held") client.write(chunk);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: PostgresProxy = {
    url: url.href,
    halt: (halt) =>
      new Promise((reached, fail) => {
        const timer = setTimeout(() => fail(new Error(`no commit ${halt.at} which to halt: ${halt.commitOf}`)), 60_000);
        wanted = {
          ...halt,
          reached: () => {
            clearTimeout(timer);
            reached();
          },
        };
      }),
    async stop() {
      if (!running.delete(proxy)) return;
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
  running.add(proxy);
  return proxy;
}

/** Takes apart what a client says (https://www.postgresql.org/docs/current/protocol-message-formats.html) and remembers its transaction. */
function createListener() {
  const statements = new Map<string, string>();
  let transaction = "";
  let rest: Buffer = Buffer.alloc(0);
  let started = false;

  /** What the transaction said, when this message ends it; null otherwise. */
  const understand = (type: string, body: Buffer): string | null => {
    const text = body.toString("latin1");
    const [first = "", second = ""] = text.split("\0", 2);
    if (type === "P") statements.set(first, second);
    if (type !== "Q" && type !== "B") return null;
    const sql = type === "Q" ? first : (statements.get(second) ?? "");
    const verb = sql.trim().split(/\W/, 1)[0]?.toLowerCase();
    if (verb === "begin") transaction = "";
    if (verb === "commit") return transaction;
    transaction += `${sql}\n${type === "B" ? text : ""}\n`;
    return null;
  };

  return {
    /** Whole messages, in order. */
    *hear(chunk: Buffer): Generator<{ bytes: Buffer; commits: string | null }> {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        // The first message has no type.
        const offset = started ? 1 : 0;
        if (rest.length < offset + 4) return;
        const length = offset + rest.readInt32BE(offset);
        if (rest.length < length) return;
        const bytes = rest.subarray(0, length);
        rest = rest.subarray(length);
        const commits = started ? understand(String.fromCharCode(bytes[0] as number), bytes.subarray(5)) : null;
        started = true;
        yield { bytes, commits };
      }
    },
  };
}
