import { expect, test } from "vitest";
import { checkSettings, InvalidSettingsError } from "#src/connector-kit/check-settings.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";

const manifest = {
  slug: "example",
  name: "Example",
  description: "",
  docs: "",
  lifecycle: "AVAILABLE",
  authorization: "API_TOKEN",
  prerequisites: "",
  settings: {
    domain: { label: "Domain", pattern: /[a-z]+|[a-z]+\.example/, example: "acme" },
    token: { label: "Token", secret: true },
    region: { label: "Region", options: ["us", "eu"], default: "us" },
    key: { label: "Key", required: false, multiline: true },
    note: { label: "Note", required: false },
  },
  hosts: [],
  streams: {},
} as const satisfies Manifest;

function problemsOf(input: unknown, stored = {}): [string, string][] {
  try {
    checkSettings(manifest, input, stored);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    expect(error.code).toBe("BAD_USER_INPUT");
    expect(error.message).toBe(error.problems[0]!.message);
    return error.problems.map(({ field, message }) => [field!.join("."), message]);
  }
}

test("trims what was pasted, fills in defaults and leaves out what is empty", () => {
  expect(checkSettings(manifest, { domain: " acme ", token: "t1\n", note: "", key: null })).toEqual({
    domain: "acme",
    token: "t1",
    region: "us",
  });
});

test("tells every problem at once, each with its path", () => {
  expect(problemsOf({ domain: "acme corp", region: "mars", note: 7, colour: "red" })).toEqual([
    ["input.settings.colour", 'Example has no setting "colour". It has: domain, token, region, key, note.'],
    ["input.settings.domain", "Domain has not the expected form, as in: acme."],
    ["input.settings.token", "Token is missing."],
    ["input.settings.region", "Region must be one of: us, eu."],
    ["input.settings.note", "Note must be a string."],
  ]);
});

test("a pattern must match the whole value, alternatives included", () => {
  expect(problemsOf({ domain: "acme.example", token: "t" })).toEqual([]);
  expect(problemsOf({ domain: "acme.example.evil", token: "t" })).toHaveLength(1);
});

test("refuses what is too long, and line breaks outside multiline settings", () => {
  expect(problemsOf({ domain: "acme", token: "t".repeat(4001) })[0]![1]).toBe("Token is longer than 4,000 characters.");
  expect(problemsOf({ domain: "acme", token: "a\r\nx-evil: 1" })[0]![1]).toBe(
    "Token must be one line without control characters.",
  );
  expect(problemsOf({ domain: "acme", token: "t", key: "-----BEGIN\n\tKEY-----" })).toEqual([]);
  expect(problemsOf({ domain: "acme", token: "t", key: "a\u0000b" })[0]![1]).toBe("Key holds control characters.");
});

test("never repeats a refused value", () => {
  expect(JSON.stringify(problemsOf({ domain: "S3CRET!", token: "t", region: "S3CRET!" }))).not.toContain("S3CRET");
});

test.each([null, undefined, "text", 7, [], true])("%j is not a settings object", (input) => {
  expect(problemsOf(input)).toEqual([["input.settings", "Settings must be an object whose values are strings."]]);
});

test("names of object internals are unknown settings, not values", () => {
  expect(
    problemsOf(JSON.parse('{"domain":"acme","token":"t","__proto__":"x","constructor":"y"}')).map(([path]) => path),
  ).toEqual(["input.settings.__proto__", "input.settings.constructor"]);
});

test("an update keeps what is left out, and drops what is null", () => {
  const stored = { domain: "acme", token: "old", note: "keep", region: "eu" };
  expect(checkSettings(manifest, { token: "new" }, stored)).toEqual({
    domain: "acme",
    token: "new",
    note: "keep",
    region: "eu",
  });
  expect(checkSettings(manifest, { note: null, region: null }, stored)).toEqual({
    domain: "acme",
    token: "old",
    region: "us",
  });
});
