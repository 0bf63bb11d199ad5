import type { KeyObject } from "node:crypto";
import { createHash, sign } from "node:crypto";

/**
 * A self-signed certificate in DER, as people upload it to their application.
 * https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned(
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  { commonName, serial, from, to }: { commonName: string; serial: number; from: Date; to: Date },
): { der: Buffer; pem: string; thumbprint: string } {
  const name = sequence(set(sequence(oid("55 04 03"), tagged(0x0c, Buffer.from(commonName)))));
  const sha256WithRsa = sequence(oid("2a 86 48 86 f7 0d 01 01 0b"), tagged(0x05, Buffer.alloc(0)));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([0x01, (serial >> 16) & 255, (serial >> 8) & 255, serial & 255])),
    sha256WithRsa,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  const der = sequence(body, sha256WithRsa, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    der,
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    thumbprint: createHash("sha1").update(der).digest("base64url"),
  };
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
const oid = (bytes: string): Buffer => tagged(0x06, Buffer.from(bytes.replaceAll(" ", ""), "hex"));

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}
