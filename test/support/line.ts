import { connect, createServer, type Socket } from "node:net";

/** A wire between us and PostgreSQL that can be cut or frozen. */
export interface Line {
  /** The same database, by way of the line. */
  url: string;
  /** Breaks every connection, with FIN or with RST. */
  cut(how: "end" | "reset"): void;
  /** From now on nothing gets through, either way, on the connections on which this text was ever sent. Returns how many. */
  freeze(text: string): number;
  /** From now on a connection is reset when such a text is sent on it, in one piece, and the text does not arrive. */
  cutAt(text: RegExp): void;
  /** While blocked, nothing gets through on any connection, and new ones are taken but reach nothing. */
  block(blocked: boolean): void;
  close(): Promise<void>;
}

export async function openLine(url: string): Promise<Line> {
  const target = new URL(url);
  const open = new Set<{ client: Socket; upstream: Socket; sent: string }>();
  let blocked = false;
  let forbidden: RegExp | null = null;
  const stuck = new Set<Socket>();
  const server = createServer((client) => {
    if (blocked) {
      stuck.add(client);
      client.on("error", () => {}).on("close", () => stuck.delete(client));
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const connection = { client, upstream, sent: "" };
    open.add(connection);
    client.on("data", (chunk) => {
      if (forbidden?.test(chunk.toString("latin1"))) client.resetAndDestroy();
      connection.sent = (connection.sent + chunk.toString("latin1")).slice(-100_000);
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
    client.on("close", () => open.delete(connection));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const through = new URL(url);
  through.port = String((server.address() as { port: number }).port);
  const cut = (how: "end" | "reset") => {
    for (const { client } of open) how === "end" ? client.end() : client.resetAndDestroy();
  };
  const freeze = (text: string) => {
    const frozen = [...open].filter(({ sent }) => sent.includes(text));
    for (const { client, upstream } of frozen) {
      client.unpipe(upstream);
      upstream.unpipe(client);
      client.pause();
      upstream.pause();
    }
    return frozen.length;
  };
  return {
    url: through.href,
    cut,
    freeze,
    cutAt(text) {
      forbidden = text;
    },
    block(now) {
      blocked = now;
      if (blocked) freeze("");
    },
    close: () => {
      cut("reset");
      for (const client of stuck) client.destroy();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
