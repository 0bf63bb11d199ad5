import { isIP } from "node:net";

/** The text when it is an IP address, else null: providers also write `Internal`, masked addresses, or nothing. */
export function addressOf(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  return isIP(text) > 0 ? text : null;
}
