import { describe, expect, test } from "vitest";
import { pastTense, sentence, withArticle } from "#src/connector-kit/sentence.ts";

describe("a sentence", () => {
  const words = (name: string) => ({ actor: "Mira", repo: "site" })[name];

  test("leaves out a part in brackets when one of its places is empty, and names the rest by its fallback", () => {
    expect(sentence("{actor} renamed {repo}[ from {old}]", words, {})).toBe("Mira renamed site");
    expect(sentence("{user} renamed {repo}", words, { user: "somebody" })).toBe("Somebody renamed site");
    expect(sentence("the enterprise reached its limit", words, {})).toBe("The enterprise reached its limit");
  });

  test("is one line of at most 500 characters", () => {
    expect(sentence("{name}", () => "x\ny", {})).toBe("x y");
    expect(sentence("{name}", () => "x".repeat(600), {})).toHaveLength(500);
  });
});

test.each([
  ["user", "a user"],
  ["unit", "a unit"],
  ["university", "a university"],
  ["one-time code", "a one-time code"],
  ["URL", "a URL"],
  ["update", "an update"],
  ["unknown device", "an unknown device"],
  ["uninstalled app", "an uninstalled app"],
  ["umbrella", "an umbrella"],
  ["hour", "an hour"],
  ["app", "an app"],
  ["role", "a role"],
  ["SSH key", "an SSH key"],
  ["MFA factor", "an MFA factor"],
  ["API token", "an API token"],
  ["SAML response", "a SAML response"],
  ["OAuth app", "an OAuth app"],
  ["access policy", "an access policy"],
  ["status", "a status"],
  ["analysis", "an analysis"],
  ["credentials", "credentials"],
  ["two-factor authentication", "two-factor authentication"],
  ["the IP allow list", "the IP allow list"],
])("the article of %s: %s", (noun, phrase) => {
  expect(withArticle(noun)).toBe(phrase);
});

test.each([
  ["create", "created"],
  ["destroy", "deleted"],
  ["deny", "denied"],
  ["cancel", "cancelled"],
  ["unpin", "unpinned"],
  ["publish", "published"],
  ["accept", "accepted"],
  ["prepared", "prepared"],
  ["need", null],
  ["feed", null],
  ["toString", null],
  ["name", null],
])("the past tense of %s is %s", (word, past) => {
  expect(pastTense(word)).toBe(past);
});
