import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/**
 * Answers below are sent as they are: a page of records fits into a few packets anyway, and compressing it would cost more than a small
 * query does. Above it (introspection, large pages) gzip takes off nine tenths.
 */
export const compressedFrom = 16 * 1024;

const zip = promisify(gzip);

/** Whether a response may be compressed for this client: `gzip` or `*` in Accept-Encoding, unless weighted 0. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  const accepted = headers["accept-encoding"];
  if (accepted === undefined) return false;
  const weights = new Map<string, number>();
  for (const one of String(accepted).toLowerCase().split(",")) {
    const [coding = "", ...parameters] = one.split(";").map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

/**
 * A body as it is sent, with the headers that go with it: gzipped (on a thread of its own) where it is large and the caller takes it.
 * The fastest level: measured over pages of activities (9 bytes of 10 saved) the default saves one hundredth more and takes twice as
 * long; 0.1 ms for 16 KiB, 0.3 ms for 64 KiB.
 * Safe with secrets in the body: pages of other sites cannot make requests with a user's session (see mayBeForged), so none can guess by lengths.
 */
export async function compressed(
  request: IncomingMessage,
  body: string | Buffer,
): Promise<{ body: string | Buffer; headers: Record<string, string> }> {
  if (body.length < compressedFrom) return { body, headers: {} };
  const vary = { vary: "accept-encoding" };
  if (!acceptsGzip(request)) return { body, headers: vary };
  return {
    body: await zip(body, { level: constants.Z_BEST_SPEED }),
    headers: { ...vary, "content-encoding": "gzip" },
  };
}
