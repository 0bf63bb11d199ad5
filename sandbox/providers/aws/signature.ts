import { createHash, createHmac } from "node:crypto";
import type { SandboxRequest } from "../../provider.ts";

const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const mac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export interface Signed {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  names: string[];
  signature: string;
}

/** `AWS4-HMAC-SHA256 Credential=AKIA…/20261120/eu-west-1/iam/aws4_request, SignedHeaders=…, Signature=…` */
export function signedIn({ headers }: SandboxRequest): Signed | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, accessKeyId = "", day = "", region = "", service = "", names = "", signature = ""] =
    form.exec(headers.authorization ?? "") ?? [];
  return signature === "" ? undefined : { accessKeyId, day, region, service, names: names.split(";"), signature };
}

/** Whether the signature is good: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function isSignedWith(request: SandboxRequest, signed: Signed, secret: string, now: number): boolean {
  const time = String(request.headers["x-amz-date"] ?? "");
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(at - now) < 15 * 60_000) || !signed.names.includes("host")) return false;
  const segments = request.path.split("/").map((one) => encoded(decodeURIComponent(one)));
  const path = signed.service === "s3" ? segments.join("/") : segments.map(encoded).join("/");
  const pairs = [...request.query].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const headers = signed.names.map((name) => {
    const value = name === "host" ? request.host : String(request.headers[name] ?? "");
    return `${name}:${value.trim().replace(/ +/g, " ")}`;
  });
  const bodyHash = hash(request.body);
  const canonical = [request.method, path, pairs.join("&"), ...headers, "", signed.names.join(";"), bodyHash].join(
    "\n",
  );
  const scope = [signed.day, signed.region, signed.service, "aws4_request"];
  const key = scope.reduce<string | Buffer>(mac, `AWS4${secret}`);
  return (
    mac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(canonical)].join("\n")).toString("hex") ===
    signed.signature
  );
}
