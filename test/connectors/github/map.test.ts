import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mapEvent, toActivity } from "#src/connectors/github/map.ts";
import { familyOf, phrases } from "#src/connectors/github/phrases.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8"));
const events = fixture("audit-log.json") as Record<string, unknown>[];
const [updateMember, botClone, anonymousClone, unknown, failedLogin] = mapEvent(events);
const event = (more: Record<string, unknown>) =>
  toActivity({ "@timestamp": 1, _document_id: "x", actor: "mira-ops", org: "acme", ...more }, "x");

describe("an audit log event", () => {
  test("is mapped field by field", () => {
    expect(updateMember).toEqual({
      externalId: "fx-update-member",
      category: "ADMIN",
      eventType: "org.update_member",
      description: "mira-ops changed the role of tom-dev in acme from read to admin",
      occurredAt: new Date(1763625601345),
      actor: { externalId: "4411", login: "mira-ops", email: "mira@acme.example", name: "mira-ops", type: "HUMAN" },
      outcome: "SUCCESS",
      interactive: true,
      ipAddress: "198.51.100.7",
      country: "DE",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64)",
      targets: [
        { type: "user", id: "4412", name: "tom-dev" },
        { type: "organization", id: "9001", name: "acme" },
      ],
      raw: events[0],
    });
  });

  test("of a bot is not interactive, and the bot is no account of the organization", () => {
    expect(botClone).toMatchObject({
      category: "USER",
      description: "release-helper[bot] cloned acme/site",
      actor: { externalId: null, login: "release-helper[bot]", type: "SERVICE", isAccount: false, email: null },
      interactive: false,
      country: "US",
      targets: [{ type: "repository", id: null, name: "acme/site" }],
    });
  });

  test("without an actor keeps everything else", () => {
    expect(anonymousClone).toMatchObject({
      actor: null,
      description: "Someone cloned acme/handbook",
      interactive: null,
    });
  });

  test("of an unknown type is kept, marked, and described from its name; optional fields of a wrong type are left out", () => {
    expect(unknown).toMatchObject({
      category: "ADMIN",
      unmapped: true,
      description: "mira-ops updated wait timer (environment) in acme/site",
      ipAddress: null,
      country: null,
      userAgent: null,
      occurredAt: new Date(1763625604000),
    });
  });

  test("whose name says that it failed is a failure", () => {
    expect(failedLogin).toMatchObject({
      category: "LOG_ON",
      outcome: "FAILURE",
      description: "tom-dev failed to sign in to GitHub",
    });
    expect(event({ action: "protected_branch.rejected_ref_update", repo: "acme/site", name: "main" })).toMatchObject({
      outcome: "FAILURE",
      description: "mira-ops was kept from changing the protected branch main of acme/site",
    });
  });

  test.each([
    ["_document_id", "x._document_id"],
    ["action", "x.action"],
  ])("without its %s fails with the path", (name, path) => {
    const broken = { ...events[0], [name]: undefined };
    expect(() => toActivity(broken, "x")).toThrow(expect.objectContaining({ name: "ProviderResponseError", path }));
  });

  test("without a time, or with one of another shape, fails with the path", () => {
    for (const time of [undefined, "yesterday", {}]) {
      const broken = { ...events[0], "@timestamp": time, created_at: undefined };
      expect(() => toActivity(broken, "[3]")).toThrow(ProviderResponseError);
      expect(() => toActivity(broken, "[3]")).toThrow(expect.objectContaining({ path: '[3]["@timestamp"]' }));
    }
  });
});

describe("the category", () => {
  test.each([
    ["issue_comment.update", "USER"],
    ["packages.package_restored", "USER"],
    ["repo.pages_create", "USER"],
    ["repo.code_scanning_disabled", "ADMIN"],
    ["org.something_new", "ADMIN"],
    ["business_secret_scanning_custom_pattern.create", "ADMIN"],
    ["dependabot_repository_access.add", "ADMIN"],
    ["enterprise.sso_response", "LOG_ON"],
    ["user.two_factor_challenge_skipped", "LOG_ON"],
    ["copilot.cfb_seat_added", "USER"],
  ])("of %s is %s", (action, category) => {
    expect(familyOf(action)).toBe(category);
  });

  test("each sentence names only places that are filled or have a fallback", () => {
    for (const [action] of phrases) {
      const { description } = event({ action });
      expect(description, action).not.toMatch(/[{}[\]]|undefined|null|something something/);
      expect(description, action).not.toMatch(/\.$/);
    }
  });
});

describe("an archived event", () => {
  test("may be the verdict of rules on a push", () => {
    const suite = fixture("rule-suite.json");
    expect(mapEvent(suite)).toEqual([
      {
        externalId: "rule-suite:5150",
        category: "USER",
        eventType: "repository_rule_suite.evaluated",
        description: "mira-ops pushed to main of site; the rules answered fail",
        occurredAt: new Date("2026-05-23T17:40:27.000Z"),
        actor: { externalId: "4411", login: "mira-ops", email: null, name: "mira-ops", type: "HUMAN" },
        outcome: "FAILURE",
        interactive: null,
        targets: [
          { type: "repository", id: "77001", name: "site" },
          { type: "ref", id: null, name: "refs/heads/main" },
        ],
        raw: suite,
      },
    ]);
  });

  test.each([
    [{}, /empty object/],
    [{ token: "t", expires_at: "2026-01-01T00:00:00Z" }, /token request/],
    [{ message: "Not Found" }, /not a GitHub event/],
    ["text", /not a GitHub event/],
    [[events[0], {}], /empty object/],
  ])("that is none is refused in words: %j", (value, message) => {
    expect(() => mapEvent(value)).toThrow(InvalidInputError);
    expect(() => mapEvent(value)).toThrow(message);
  });
});
