import { isIP } from "node:net";
import { InvalidInputError } from "#src/errors.ts";
import { refusedUrl } from "#src/platform/http/post.ts";
import { isMailAddress } from "#src/platform/text.ts";

export type DestinationKind = "WEBHOOK" | "SYSLOG" | "EMAIL";

export interface SyslogTarget {
  transport: "tcp" | "tls" | "udp";
  host: string;
  port: number;
}

const field = ["input", "target"];
const maxAddresses = 20;
const ports = { tcp: 514, udp: 514, tls: 6514 } as const;

/** As it is kept. Throws InvalidInputError: not such a target, or one that Gatehouse does not call. */
export function checkTarget(kind: DestinationKind, text: string, mayReach: (address: string) => boolean): string {
  const target = text.trim();
  if (target.length > 2000) throw new InvalidInputError("A target has at most 2,000 characters.", field);
  if (kind === "EMAIL") return mailAddresses(target).join(", ");
  if (kind === "SYSLOG") {
    const { transport, host, port } = syslogTarget(target);
    if (isIP(host) && !mayReach(host)) throw refused("its address is neither public nor in DESTINATION_NETWORKS");
    return `${transport}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }
  const url = URL.parse(target);
  if (!url?.hostname)
    throw new InvalidInputError("A webhook's target is a URL like https://siem.example.com/hook.", field);
  const reason = refusedUrl(url, mayReach);
  if (reason) throw refused(reason);
  url.hash = "";
  return url.href;
}

/** Throws InvalidInputError. */
export function syslogTarget(text: string): SyslogTarget {
  const url = URL.parse(text);
  const transport = url?.protocol.slice(0, -1);
  const isPlain = url && !url.username && !url.password && ["", "/"].includes(url.pathname) && !url.search && !url.hash;
  if (!isPlain || !url.hostname || (transport !== "tcp" && transport !== "tls" && transport !== "udp"))
    throw new InvalidInputError("A syslog target is tls://host:port, tcp://host:port or udp://host:port.", field);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isIP(host) && !/^[\w-]+(\.[\w-]+)*\.?$/.test(host))
    throw new InvalidInputError("This is not a host name.", field);
  return { transport, host, port: Number(url.port) || ports[transport] };
}

/** Throws InvalidInputError. */
export function mailAddresses(text: string): string[] {
  const addresses = text
    .split(/[,;\s]+/)
    .map((part) => part.trim())
    .filter(Boolean);
  const wrong = addresses.find((address) => !isMailAddress(address));
  if (wrong !== undefined) throw new InvalidInputError(`"${wrong.slice(0, 100)}" is not an e-mail address.`, field);
  if (addresses.length === 0 || addresses.length > maxAddresses)
    throw new InvalidInputError(`Enter 1 to ${maxAddresses} addresses, separated by commas.`, field);
  return [...new Set(addresses)];
}

function refused(reason: string): InvalidInputError {
  return new InvalidInputError(`Gatehouse does not send there: ${reason}.`, field, { code: "TARGET_REFUSED" });
}
