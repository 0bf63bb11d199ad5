import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyRing, keyId, SealBrokenError, sealingKeyId, UnknownKeyError } from "#src/platform/secrets.ts";

const key = randomBytes(32);
const ring = createKeyRing([key]);

test("opens what it sealed, any text, for the same place", () => {
  for (const text of ["", "x", '{"token":"gho_1"}', "Schlüssel 🔑", "a".repeat(100_000)]) {
    expect(ring.open(ring.seal(text, "instance/1/credential"), "instance/1/credential")).toBe(text);
  }
});

test("the sealed text has the documented form and shows neither the secret nor its base64", () => {
  const sealed = ring.seal("canary-secret", "a");
  expect(sealed).toMatch(new RegExp(`^v1\\.${keyId(key)}\\.[\\w-]{16}\\.[\\w-]+$`));
  expect(sealed).not.toContain("canary");
  expect(sealed).not.toContain(Buffer.from("canary-secret").toString("base64url"));
  expect(sealingKeyId(sealed)).toBe(keyId(key));
});

test("the same secret never seals to the same text", () => {
  const seen = new Set(Array.from({ length: 20_000 }, () => ring.seal("same", "a").split(".")[2]));
  expect(seen.size).toBe(20_000);
});

test("a secret moved to another row or column does not open", () => {
  const first = ring.seal("one", "instance/1/credential");
  expect(() => ring.open(first, "instance/2/credential")).toThrow(SealBrokenError);
  expect(() => ring.open(first, "instance/1/webhook_secret")).toThrow(SealBrokenError);
});

test("any single flipped bit, in any part, is noticed", () => {
  const sealed = ring.seal("secret", "a");
  const body = sealed.split(".");
  for (const part of [2, 3]) {
    const bytes = Buffer.from(body[part]!, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const text = body.with(part, flipped.toString("base64url")).join(".");
      expect(() => ring.open(text, "a")).toThrow(SealBrokenError);
    }
  }
  // Character by character too: spare bits of base64 are no hiding place.
  for (let at = 0; at < sealed.length; at += 1) {
    const other = sealed[at] === "A" ? "B" : "A";
    expect(() => ring.open(sealed.slice(0, at) + other + sealed.slice(at + 1), "a")).toThrow();
  }
});

test("cut or foreign text is a broken seal, not a crash", () => {
  const sealed = ring.seal("secret", "a");
  for (const text of ["", "v1", "v2.00000000.a.b", sealed.slice(0, -1), sealed.slice(0, -20), `${sealed}A`, "secret"]) {
    expect(() => ring.open(text, "a")).toThrow(SealBrokenError);
  }
});

test("a rotated ring seals with the first key and opens with all; a missing key is named", () => {
  const next = randomBytes(32);
  const rotated = createKeyRing([next, key]);
  const old = ring.seal("old", "a");
  expect(rotated.open(old, "a")).toBe("old");
  const fresh = rotated.seal("new", "a");
  expect(sealingKeyId(fresh)).toBe(keyId(next));
  expect(rotated.keyIds).toEqual([keyId(next), keyId(key)]);
  expect(() => ring.open(fresh, "a")).toThrow(UnknownKeyError);
  expect(() => ring.open(fresh, "a")).toThrow(keyId(next));
});

test("a key of the wrong length or no key at all is refused", () => {
  expect(() => createKeyRing([])).toThrow("At least one secret key");
  expect(() => createKeyRing([randomBytes(16)])).toThrow("32 bytes");
});
