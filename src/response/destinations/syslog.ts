import { createSocket } from "node:dgram";
import { isIP, isIPv6, connect as netConnect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as tlsConnect } from "node:tls";
import type { Outbound } from "#src/platform/http/outbound.ts";
import { epochOf } from "#src/platform/instant.ts";
import { refuseInTransaction } from "#src/platform/transaction-mark.ts";
import { DeliveryError } from "./delivery-error.ts";
import type { OutboundEvent } from "./event.ts";
import type { SyslogTarget } from "./target.ts";

/** Facility 13, log audit; the severities of RFC 5424. */
const facility = 13;
const severities: Record<string, number> = { INFORMATIONAL: 6, LOW: 5, MEDIUM: 4, HIGH: 3, CRITICAL: 2 };

/** One message of RFC 5424. What is in it has no line ends. */
export function syslogMessage(event: OutboundEvent, hostname: string, content: string): string {
  const severity = event.type === "alert" ? (severities[event.alert.severity] ?? 4) : 6;
  const at =
    event.type === "alert" ? (event.isNew ? event.alert.createdAt : event.alert.updatedAt) : event.activity.occurredAt;
  const host = hostname.replace(/[^\x21-\x7e]/g, "").slice(0, 255) || "-";
  return `<${facility * 8 + severity}>1 ${new Date(epochOf(at)).toISOString()} ${host} gatehouse - ${event.type} - ${content}`;
}

/** RFC 5425 and 6587: each message after its length in bytes. */
export function octetCounted(messages: readonly string[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const bytes = Buffer.from(message, "utf8");
      return [Buffer.from(`${bytes.length} `), bytes];
    }),
  );
}

/** How long a peer may take to close after we did; one that does not has the bytes all the same. */
const closingMs = 2000;
/** Bytes that a datagram holds, less some for headers. A larger message is not cut: half a message is no JSON. */
export const maxDatagram = 60_000;

export interface SyslogOptions {
  outbound: Outbound["destinations"];
  timeoutMs: number;
  signal: AbortSignal;
  /** PEM: trusted besides the authorities of this machine. */
  ca?: string | undefined;
}

/** Hands all messages over, or throws DeliveryError. Syslog has no receipt: over TCP and TLS a connection that closes well is one, UDP has none. */
export async function sendSyslog(
  target: SyslogTarget,
  messages: readonly string[],
  options: SyslogOptions,
): Promise<void> {
  refuseInTransaction("a syslog message");
  const { outbound, timeoutMs } = options;
  if (isIP(target.host) && !outbound.mayReach(target.host))
    throw new DeliveryError("The address is neither public nor in DESTINATION_NETWORKS.", { isFinal: true });
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    if (target.transport === "udp") await sendDatagrams(target, messages, outbound);
    else await sendStream(target, octetCounted(messages), options, signal);
  } catch (cause) {
    options.signal.throwIfAborted();
    if (cause instanceof DeliveryError) throw cause;
    if (signal.aborted) throw new DeliveryError(`No response within ${timeoutMs / 1000} s.`, { cause });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new DeliveryError(code ? `No connection (${code}).` : message, { cause });
  }
}

async function sendStream(
  { transport, host, port }: SyslogTarget,
  bytes: Buffer,
  { outbound, ca }: SyslogOptions,
  signal: AbortSignal,
): Promise<void> {
  const socket: Socket =
    transport === "tls"
      ? tlsConnect({
          host,
          port,
          lookup: outbound.lookup,
          ...(isIP(host) ? {} : { servername: host }),
          ...(ca ? { ca } : {}),
        })
      : netConnect({ host, port, lookup: outbound.lookup });
  const stop = () => socket.destroy(new Error("The connection took too long."));
  signal.addEventListener("abort", stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", resolve);
      // What the peer sends means nothing here, but unread it would keep the connection open.
      socket.resume();
      socket.once(transport === "tls" ? "secureConnect" : "connect", () => {
        socket.end(bytes, () => void sleep(closingMs, undefined, { ref: false }).then(() => resolve()));
      });
    });
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}

async function sendDatagrams(
  { host, port }: SyslogTarget,
  messages: readonly string[],
  outbound: Outbound["destinations"],
): Promise<void> {
  const address = isIP(host)
    ? host
    : await new Promise<string>((resolve, reject) => {
        outbound.lookup(host, { all: false }, (error, found) => (error ? reject(error) : resolve(found as string)));
      });
  // Before anything is sent: what is refused is tried again whole.
  const datagrams = messages.map(datagramOf);
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  try {
    for (const bytes of datagrams) {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
      });
      socket.removeAllListeners("error");
    }
  } finally {
    socket.close();
  }
}

function datagramOf(message: string): Buffer {
  const bytes = Buffer.from(message, "utf8");
  if (bytes.length <= maxDatagram) return bytes;
  throw new DeliveryError(`A message of ${bytes.length} bytes does not fit into a datagram.`, { isFinal: true });
}
