import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { vocabulary } from "#src/connectors/github/events.ts";
import { mapEvent, toActivity } from "#src/connectors/github/map.ts";
import { categoryOf } from "#src/connectors/github/vocabulary/categories.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";

/** Every event of GitHub's audit and security logs: a line is a family and what follows its dot. What GitHub no longer lists stands in the sentences only. */
const eventTypes = readFileSync(new URL("./fixtures/event-types.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [family, ...rests] = line.split(" ");
    return rests.map((rest) => `${family}.${rest}`);
  });
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
      action: "UPDATE",
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

  test("without an action fails with the path", () => {
    const broken = { ...events[0], action: undefined };
    expect(() => toActivity(broken, "x")).toThrow(
      expect.objectContaining({ name: "ProviderResponseError", path: "x.action" }),
    );
  });

  test("without a time, or with one of another shape, fails with the path", () => {
    for (const time of [undefined, "yesterday", {}]) {
      const broken = { ...events[0], "@timestamp": time, created_at: undefined };
      expect(() => toActivity(broken, "[3]")).toThrow(ProviderResponseError);
      expect(() => toActivity(broken, "[3]")).toThrow(expect.objectContaining({ path: '[3]["@timestamp"]' }));
    }
  });
});

describe("an event without a _document_id", () => {
  const git = {
    "@timestamp": 1795946401000,
    action: "git.clone",
    actor: "build-bot",
    org: "acme",
    repo: "acme/one",
    transport_protocol_name: "http",
    user: "",
  };
  const idOf = (value: Record<string, unknown>) => mapEvent(value)[0]?.externalId;

  test("gets a hash of its content, the same one each time", () => {
    expect(idOf(git)).toMatch(/^[0-9a-f]{64}$/);
    expect(idOf(structuredClone(git))).toBe(idOf(git));
  });

  test("keeps its hash whatever the order of its fields, the name of its time and the empty fields of an export", () => {
    const { "@timestamp": time, user: _, ...content } = git;
    const reordered = Object.fromEntries(Object.entries(content).toReversed());
    expect(idOf({ ...reordered, created_at: time, team: null, labels: [] })).toBe(idOf(git));
  });

  test("differs from another event of the same instant", () => {
    expect(idOf({ ...git, repo: "acme/two" })).not.toBe(idOf(git));
    expect(idOf({ ...git, "@timestamp": 1795946401001 })).not.toBe(idOf(git));
    expect(idOf({ ...git, data: { workflow_run_id: 7 } })).not.toBe(idOf({ ...git, data: { workflow_run_id: 8 } }));
  });

  test("keeps the id that Enterprise Server writes under data", () => {
    expect(idOf({ ...git, data: { _document_id: "es-1" } })).toBe("es-1");
  });

  test("may have created_at only, as older records do", () => {
    const older = {
      action: "org.invite_member",
      actor: "rosa-lind",
      created_at: 1795946400000,
      org: "acme",
      user: "neo",
    };
    expect(mapEvent(older)).toMatchObject([
      { occurredAt: new Date(1795946400000), description: "rosa-lind invited neo to acme" },
    ]);
  });
});

describe("the time", () => {
  test.each([
    ["epoch milliseconds in digits", "1795946400000", 1795946400000],
    ["an export's text, in UTC", "2026-11-29 10:00:00", Date.UTC(2026, 10, 29, 10)],
    ["an export's text with its zone", "2026-11-29 10:00:00 UTC", Date.UTC(2026, 10, 29, 10)],
    ["ISO 8601", "2026-11-29T10:00:00.250Z", Date.UTC(2026, 10, 29, 10, 0, 0, 250)],
  ])("may be %s", (_, created_at, milliseconds) => {
    expect(event({ "@timestamp": undefined, action: "repo.create", created_at }).occurredAt).toEqual(
      new Date(milliseconds),
    );
  });
});

describe("the target", () => {
  test.each([[{ url: "https://ci.example" }], [[{ url: "https://ci.example" }]]])(
    "of a webhook is its address: %j",
    (config) => {
      expect(event({ action: "hook.create", hook_id: 7, config }).targets).toEqual([
        { type: "webhook", id: "7", name: "https://ci.example" },
      ]);
    },
  );

  test("of a block is who was blocked", () => {
    expect(event({ action: "org.block_user", blocked_user: "pest" })).toMatchObject({
      description: "mira-ops blocked pest in acme",
      targets: [
        { type: "user", id: null, name: "pest" },
        { type: "organization", id: null, name: "acme" },
      ],
    });
  });

  test("is not the actor, whom GitHub repeats as the user where nobody else is meant", () => {
    expect(
      event({ action: "members_can_create_public_pages.enable", user: "mira-ops", user_id: 4411 }).targets,
    ).toEqual([{ type: "organization", id: null, name: "acme" }]);
    expect(event({ action: "org.add_member", user: "mira-ops" })).toMatchObject({
      description: "mira-ops added themselves to acme",
      targets: [{ type: "user", name: "mira-ops" }, { type: "organization" }],
    });
  });

  test("is found under data, where older records and Enterprise Server keep it", () => {
    const old = event({
      action: "team.add_repository",
      repo: "acme/site",
      data: { team: "acme/ops", actor_location: { country_code: "us", city: "Oakland" } },
    });
    expect(old).toMatchObject({
      description: "mira-ops gave the team ops access to acme/site",
      country: "US",
      city: "Oakland",
      targets: [
        { type: "team", id: null, name: "acme/ops" },
        { type: "repository", id: null, name: "acme/site" },
      ],
    });
  });

  test("is nobody where GitHub writes 0", () => {
    expect(event({ action: "git.clone", repo: "acme/site", user: "", user_id: "0" }).targets).toEqual([
      { type: "repository", id: null, name: "acme/site" },
    ]);
  });
});

test("a sign-in that names the account only is that account's", () => {
  expect(event({ action: "user.failed_login", actor: undefined, user: "tom-dev", user_id: 4412 })).toMatchObject({
    category: "LOG_ON",
    outcome: "FAILURE",
    description: "tom-dev failed to sign in to GitHub",
    actor: { externalId: "4412", login: "tom-dev" },
  });
});

test.each([
  ["external_identity.scim_api_failure", {}, "FAILURE"],
  ["business.proxy_security_header_unsatisfied", {}, "FAILURE"],
  ["repository_security_configuration.failed", {}, "FAILURE"],
  ["repository_invitation.reject", {}, "SUCCESS"],
  ["org.oauth_app_access_denied", {}, "SUCCESS"],
  ["workflows.completed_workflow_run", { conclusion: "failure" }, "SUCCESS"],
  ["api.request", { status_code: 404 }, "FAILURE"],
  ["api.request", { status_code: 200 }, "SUCCESS"],
])("the outcome of %s %j is %s", (action, more, outcome) => {
  expect(event({ action, ...more }).outcome).toBe(outcome);
});

describe("the category", () => {
  test.each([
    ["issue_comment.update", "USER"],
    ["packages.package_restored", "USER"],
    ["repo.pages_create", "USER"],
    ["repo.code_scanning_disabled", "ADMIN"],
    ["org.something_new", "ADMIN"],
    ["business_secret_scanning_custom_pattern.create", "ADMIN"],
    ["business_advanced_security.disabled", "ADMIN"],
    ["business_something_new.enabled", "ADMIN"],
    ["org_secret_scanning_generic_secrets.disabled", "ADMIN"],
    ["members_can_delete_repos.enable", "ADMIN"],
    ["dependabot_repository_access.add", "ADMIN"],
    ["enterprise.sso_response", "LOG_ON"],
    ["user.two_factor_challenge_skipped", "LOG_ON"],
    ["org.recovery_code_used", "LOG_ON"],
    ["org.recovery_codes_viewed", "ADMIN"],
    ["user.promote", "ADMIN"],
    ["user.add_email", "USER"],
    ["security_key.register", "USER"],
    ["security_configuration.update", "ADMIN"],
    ["oauth_authorization.create", "USER"],
    ["oauth_application.create", "ADMIN"],
    ["issues.deletes_disabled", "ADMIN"],
    ["repo.set_actions_retention_limit", "ADMIN"],
    ["copilot.cfb_seat_added", "ADMIN"],
  ])("of %s is %s", (action, category) => {
    expect(categoryOf(action)).toBe(category);
  });
});

describe("the vocabulary", () => {
  const all = [...new Set([...eventTypes, ...vocabulary.types])];
  const full = {
    org: "acme",
    business: "acme-ent",
    repo: "acme/site",
    user: "tom-dev",
    team: "acme/ops",
    name: "n",
    role_name: "r",
  };

  test("knows every event that GitHub lists, and words none of them by guessing", () => {
    expect(eventTypes.length).toBeGreaterThan(1100);
    for (const action of all) {
      expect(vocabulary.phraseOf(action).known, action).toBe(true);
      expect(vocabulary.phraseOf(action).template, action).not.toMatch(/did “| \([\w ]+\)\[ for/);
    }
  });

  test.each([
    ["with few fields", {}],
    ["with many", full],
  ])("%s reads as a sentence", (_, fields) => {
    for (const action of all) {
      const { description } = event({ action, org: undefined, ...fields });
      expect(description, action).not.toMatch(/[{}[\]_]|undefined|null|something| {2}/);
      expect(description, action).not.toMatch(/\b(an?|the) (an?|the)\b|\ba [aeio]|\ban [^aeiouAEFHILMNORSX]/);
      expect(description, action).not.toMatch(/\.$/);
    }
  });

  test.each([
    ["members_can_create_public_pages.enable", "mira-ops allowed members to create public pages in acme"],
    [
      "members_can_delete_repos.clear",
      "mira-ops removed the policy on whether members may delete repositories in acme",
    ],
    ["private_repository_forking.disable", "mira-ops forbade members to fork private repositories in acme"],
    ["dependabot_alerts_new_repos.disable", "mira-ops switched off Dependabot alerts for new repositories of acme"],
    [
      "org.advanced_security_enabled_on_all_repos",
      "mira-ops switched on Advanced Security for all repositories of acme",
    ],
    ["business_advanced_security.disabled", "mira-ops switched off Advanced Security for the enterprise acme-ent"],
    [
      "business_advanced_security.enabled_for_new_user_namespace_repos",
      "mira-ops switched on Advanced Security for new repositories of members of the enterprise acme-ent",
    ],
    ["org.enable_source_ip_disclosure", "mira-ops switched on the display of IP addresses in the audit log for acme"],
    ["org.set_default_workflow_permissions", "mira-ops changed the default permissions of workflows in acme"],
    ["enterprise.remove_self_hosted_runner", "mira-ops removed a self-hosted runner from the enterprise acme-ent"],
    ["business.add_admin", "mira-ops made tom-dev an administrator of the enterprise acme-ent"],
    ["user.promote", "mira-ops promoted tom-dev to site administrator"],
  ])("%s", (action, description) => {
    expect(event({ action, business: "acme-ent", user: "tom-dev" })).toMatchObject({ description });
  });

  test.each([
    [
      "protected_branch.dismiss_stale_reviews",
      "changed whether new commits dismiss reviews on the branch main of acme/site",
    ],
    ["protected_branch.update_name", "changed which branches of acme/site a protection covers: main"],
    [
      "protected_branch.update_required_status_checks_enforcement_level",
      "changed whether the branch main of acme/site needs status checks",
    ],
    ["repo.change_merge_setting", "changed how pull requests of acme/site may be merged"],
  ])("%s of a repository", (action, what) => {
    const mapped = event({ action, repo: "acme/site", name: "main" });
    expect(mapped).toMatchObject({ description: `mira-ops ${what}`, category: "ADMIN" });
    expect(mapped.unmapped).toBeUndefined();
  });

  test("does not claim what neither GitHub nor a rule names", () => {
    for (const action of [
      "something.different",
      "org.something_new",
      "org.policy_created",
      "environment.update_wait_timer",
    ])
      expect(vocabulary.phraseOf(action).known, action).toBe(false);
    expect(vocabulary.phraseOf("toString.constructor")).toMatchObject({ known: false, category: "USER" });
  });

  test("a name that is missing makes the thing indefinite", () => {
    expect(event({ action: "protected_branch.create", repo: "acme/site" }).description).toBe(
      "mira-ops protected a branch of acme/site",
    );
    expect(event({ action: "business.create" }).description).toBe("mira-ops created the enterprise");
  });
});

describe("an archived event", () => {
  test("may be the verdict of rules on a push", () => {
    const suite = fixture("rule-suite.json");
    expect(mapEvent(suite)).toEqual([
      {
        externalId: "rule-suite:5150",
        category: "USER",
        action: "UPDATE",
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
    [{ action: "created", created_at: "2026-01-01T00:00:00Z", sender: { login: "mira-ops" } }, /webhook/],
    ["text", /not a GitHub event/],
    [[events[0], {}], /empty object/],
  ])("that is none is refused in words: %j", (value, message) => {
    expect(() => mapEvent(value)).toThrow(InvalidInputError);
    expect(() => mapEvent(value)).toThrow(message);
  });
});
