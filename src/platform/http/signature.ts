/** For connectors that check or make keyed signatures. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** HMAC-SHA-256, lower-case hex by default. */
export function hmacSha256(
  key: string | Buffer,
  data: string | Buffer,
  encoding: "hex" | "base64" | "base64url" = "hex",
): string {
  return createHmac("sha256", key).update(data).digest(encoding);
}

/** Compares without telling, by the time taken, where two values differ. */
export function equalSecrets(a: string, b: string): boolean {
  // Hashing first makes both sides equally long: timingSafeEqual throws otherwise.
  const [left, right] = [a, b].map((value) => createHash("sha256").update(value).digest());
  return timingSafeEqual(left!, right!);
}
