import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { headerOf, jsonObjectOf, jsonOf, proveHmac, proveSecret, proveTime } from "#src/connector-kit/webhook.ts";
import { proveJwt } from "#src/connector-kit/webhook-jwt.ts";
import { WebhookRejectedError } from "#src/errors.ts";

const now = new Date("2026-11-20T12:00:00.000Z");
const body = Buffer.from('{"event":"file.shared","name":"Plän"}');
const secret = "of-the-webhook";
const request = (headers: Record<string, string>, content: Buffer = body) => ({
  method: "POST",
  headers,
  query: {},
  body: content,
});
const mac = (data: Buffer | string, encoding: "hex" | "base64", algorithm = "sha256") =>
  createHmac(algorithm, secret).update(data).digest(encoding);

test("headers are found whatever their case", () => {
  expect(headerOf(request({ "X-Event": "a" }), "x-event")).toBe("a");
  expect(headerOf(request({ "x-event": "a" }), "X-Event")).toBe("a");
  expect(headerOf(request({}), "x-event")).toBe("");
});

describe("an HMAC proof", () => {
  test.each([
    ["hex with a prefix", `sha256=${mac(body, "hex")}`, { prefix: "sha256=" }],
    ["hex in capitals", mac(body, "hex").toUpperCase(), {}],
    ["base64", mac(body, "base64"), { encoding: "base64" as const }],
    ["SHA-1", mac(body, "hex", "sha1"), { algorithm: "sha1" as const }],
    [
      "over a timestamp as well",
      `v0=${mac(`v0:1763640000:${body}`, "hex")}`,
      { prefix: "v0=", parts: ["v0:", "1763640000", ":", body] },
    ],
  ])("%s", (_, signature, proof) => {
    const good = request({ "X-Signature": signature });
    expect(() => proveHmac(good, { header: "x-signature", secrets: [secret], ...proof })).not.toThrow();
    expect(() =>
      proveHmac(good, { header: "x-signature", secrets: [undefined, "new", secret], ...proof }),
    ).not.toThrow();
    expect(() => proveHmac(good, { header: "x-signature", secrets: ["other"], ...proof })).toThrow(
      WebhookRejectedError,
    );
  });

  test("of a changed body, of nothing, without a secret or with an empty one is none", () => {
    const header = "x-signature";
    const signed = { [header]: mac(body, "hex") };
    expect(() => proveHmac(request(signed, Buffer.from("{}")), { header, secrets: [secret] })).toThrow(
      "The signature of the webhook is wrong.",
    );
    expect(() => proveHmac(request({}), { header, secrets: [secret] })).toThrow(WebhookRejectedError);
    expect(() => proveHmac(request(signed), { header, secrets: [] })).toThrow(WebhookRejectedError);
    const empty = { [header]: createHmac("sha256", "").update(body).digest("hex") };
    expect(() => proveHmac(request(empty), { header, secrets: ["", undefined] })).toThrow(WebhookRejectedError);
  });
});

test("a secret that is sent along must be the same, and must be one", () => {
  expect(() => proveSecret(secret, secret)).not.toThrow();
  expect(() => proveSecret("other", secret)).toThrow(WebhookRejectedError);
  expect(() => proveSecret("", "")).toThrow(WebhookRejectedError);
});

describe("the time of a delivery", () => {
  test.each(["1795176000", "1795176000123", "1795176000.5", "2026-11-20T12:00:00Z", "2026-11-20T11:55:01+00:00"])(
    "%s is within five minutes",
    (sentAt) => {
      expect(Math.abs(proveTime(sentAt, now).getTime() - now.getTime())).toBeLessThan(300_000);
    },
  );

  test.each(["1795175000", "2026-11-20T12:05:01Z", "2026-11-20T11:54:59Z", "", "soon", "1e9"])(
    "%s is refused",
    (sentAt) => {
      expect(() => proveTime(sentAt, now)).toThrow(WebhookRejectedError);
    },
  );

  test("has the window the provider is given", () => {
    expect(() => proveTime("2026-11-20T11:50:30Z", now, 600)).not.toThrow();
  });
});

describe("the body", () => {
  test("is JSON, with or without a byte order mark", () => {
    expect(jsonObjectOf({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]) })).toEqual({
      event: "file.shared",
      name: "Plän",
    });
    expect(jsonOf({ body: Buffer.from("[1]") })).toEqual([1]);
  });

  test("that is no JSON is refused and not quoted; a list is no object", () => {
    const read = () => jsonOf({ body: Buffer.from("secret-page") });
    expect(read).toThrow(WebhookRejectedError);
    expect(read).not.toThrow(/secret-page/);
    expect(() => jsonObjectOf({ body: Buffer.from("[1]") })).toThrow(WebhookRejectedError);
  });
});

describe("a JWT", () => {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwks = [
    { ...keys.publicKey.export({ format: "jwk" }), kid: "r" },
    { ...curve.publicKey.export({ format: "jwk" }), kid: "e" },
  ];
  const jwt = (header: { alg: string; kid?: string }, key: Parameters<SignJWT["sign"]>[0], claims = {}) =>
    new SignJWT({ iss: "provider", aud: ["gatehouse"], exp: now.getTime() / 1000 + 60, ...claims })
      .setProtectedHeader(header)
      .sign(key);
  const shared = Buffer.from(secret);

  test("of a shared secret, of RSA and of an elliptic curve is proved", async () => {
    const expected = { issuer: "provider", audience: "gatehouse", now };
    expect(proveJwt(await jwt({ alg: "HS256" }, shared), { key: { secret }, ...expected }).iss).toBe("provider");
    expect(proveJwt(await jwt({ alg: "RS256", kid: "r" }, keys.privateKey), { key: { jwks }, ...expected }).iss).toBe(
      "provider",
    );
    expect(proveJwt(await jwt({ alg: "ES256", kid: "e" }, curve.privateKey), { key: { jwks }, ...expected }).iss).toBe(
      "provider",
    );
  });

  test("of another key, time, issuer or audience is refused", async () => {
    const good = await jwt({ alg: "HS256" }, shared);
    const refuse = (token: string, more: Partial<Parameters<typeof proveJwt>[1]> = {}) =>
      expect(() => proveJwt(token, { key: { secret }, now, ...more })).toThrow(WebhookRejectedError);
    refuse(good, { key: { secret: "other" } });
    refuse(good, { key: { secret: "" } });
    refuse(good, { now: new Date(now.getTime() + 180_000) });
    refuse(good, { issuer: "somebody" });
    refuse(good, { audience: "other" });
    refuse(await jwt({ alg: "HS256" }, shared, { nbf: now.getTime() / 1000 + 120 }));
    refuse(await jwt({ alg: "HS256" }, shared, { exp: undefined }));
    refuse(`${good}.x`);
    refuse("no.token");
    refuse("");
  });

  test("does not choose how it is verified", async () => {
    const [head, payload] = (await jwt({ alg: "HS256" }, shared)).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(() => proveJwt(`${none}.${payload}.`, { key: { secret }, now })).toThrow(WebhookRejectedError);
    // The public key of the provider as if it were a shared secret.
    const publicText = keys.publicKey.export({ type: "spki", format: "pem" });
    const forged = createHmac("sha256", publicText).update(`${head}.${payload}`).digest("base64url");
    expect(() => proveJwt(`${head}.${payload}.${forged}`, { key: { jwks: [jwks[0]!] }, now })).toThrow(
      WebhookRejectedError,
    );
  });
});
