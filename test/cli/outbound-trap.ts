// Preloaded into a process (`--import`): reports each host outside of this machine that it looks up or connects to, and lets none through.
import dns from "node:dns";
import { Socket } from "node:net";

const isHere = (host: string) => host === "localhost" || host === "::1" || host.startsWith("127.");

function report(host: string): Error {
  process.stderr.write(`OUTBOUND ${host}\n`);
  return Object.assign(new Error(`the trap caught ${host}`), { code: "ENOTFOUND" });
}

const { lookup } = dns;
const { lookup: lookupPromise } = dns.promises;
dns.lookup = ((host: string, ...rest: unknown[]) => {
  if (isHere(host)) return (lookup as (...all: unknown[]) => unknown)(host, ...rest);
  (rest.at(-1) as (error: Error) => void)(report(host));
}) as typeof dns.lookup;
dns.promises.lookup = (async (host: string, ...rest: unknown[]) => {
  if (isHere(host)) return (lookupPromise as (...all: unknown[]) => unknown)(host, ...rest);
  throw report(host);
}) as typeof dns.promises.lookup;

const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  const [first] = (Array.isArray(args[0]) ? args[0] : args) as [{ host?: string } | undefined];
  const host = typeof first === "object" ? first?.host : undefined;
  if (host !== undefined && !isHere(host)) throw report(host);
  return (connect as (...all: unknown[]) => Socket).apply(this, args);
} as typeof connect;
