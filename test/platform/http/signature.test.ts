import { expect, test } from "vitest";
import { equalSecrets, hmacSha256 } from "#src/platform/http/signature.ts";

test("an HMAC is the one of RFC 4231, test case 2", () => {
  const hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  expect(hmacSha256("Jefe", "what do ya want for nothing?")).toBe(hex);
  expect(hmacSha256("Jefe", "what do ya want for nothing?", "base64")).toBe(Buffer.from(hex, "hex").toString("base64"));
});

test("secrets of any length compare without throwing", () => {
  expect([
    equalSecrets("abc", "abc"),
    equalSecrets("abc", "abd"),
    equalSecrets("abc", "ab"),
    equalSecrets("", ""),
  ]).toEqual([true, false, false, true]);
});
