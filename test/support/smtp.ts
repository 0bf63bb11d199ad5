import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll } from "vitest";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came, with its headers. */
  source: string;
  /** By lower-case name, unfolded; the first of each. */
  headers: Record<string, string>;
  /** Whether it came over TLS. */
  secure: boolean;
}

export interface TestMailServer {
  url: string;
  received: ReceivedMail[];
  /** Answers a recipient with this instead of taking it, as long as it returns one; 4xx or 5xx. */
  refuse: (address: string) => { code: number; message: string } | null;
  /** Runs once a mail is here and before its 250 is said. */
  beforeAccept: (mail: ReceivedMail) => Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<TestMailServer>();
afterAll(async () => {
  for (const server of running) await server.stop();
});

/** A real SMTP server on loopback. Stopped with the test file at the latest. */
export async function startMailServer(
  options: SMTPServerOptions = {},
  { port = 0, host = "127.0.0.1" }: { port?: number; host?: string } = {},
): Promise<TestMailServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo({ address }, _, done) {
      const refusal = server.refuse(address);
      done(refusal ? Object.assign(new Error(refusal.message), { responseCode: refusal.code }) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const source = Buffer.concat(chunks).toString("utf8");
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source,
          headers: headersOf(source),
          secure: session.secure,
        };
        server.received.push(mail);
        await server.beforeAccept(mail);
        done(null);
      });
    },
    ...options,
  });
  // A client that is killed resets its connection.
  smtp.on("error", () => {});
  await new Promise<void>((listening) => smtp.listen(port, host, listening));
  const server: TestMailServer = {
    url: `smtp://${host}:${(smtp.server.address() as AddressInfo).port}`,
    received: [],
    refuse: () => null,
    beforeAccept: async () => {},
    stop: async () => {
      if (!running.delete(server)) return;
      await new Promise<void>((closed) => smtp.close(closed));
    },
  };
  running.add(server);
  return server;
}

function headersOf(source: string): Record<string, string> {
  const head = source.slice(0, source.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  const headers: Record<string, string> = {};
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return headers;
}
