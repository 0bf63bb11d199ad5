import { describe, expect, test } from "vitest";
import { expand, inWords } from "#src/connector-kit/event-names.ts";
import { defineVocabulary, guessed } from "#src/connector-kit/vocabulary.ts";

const vocabulary = defineVocabulary({
  tables: [
    {
      category: "LOG_ON",
      events: { "user.session.start+": "{actor} signed in", "user.session.*": "{actor} {did} a session" },
    },
    {
      category: "ADMIN",
      events: {
        "(policy+|zone).(create|delete+|deactivate)": "{actor} {did} the {thing}[ {target}]",
        "user.*": "{actor} changed an account: {words}",
        "app.sync.(ou_added|csv_read)": "Synchronization: {words}",
      },
    },
    { events: { "file.read": "{actor} read {target}" } },
  ],
  failures: { "user.session.start": "{actor} failed to sign in[: {reason}]" },
  rules: [
    (type) => (type.endsWith(".enabled") ? "{actor} switched on {target}" : null),
    (type) => (type.startsWith("repo.") ? "{actor} worked on {target}" : null),
  ],
  listed: new Set(["gadget.lifecycle.suspend"]),
  categoryOf: (type) => (type.startsWith("org.") ? "ADMIN" : "USER"),
  lexicon: { names: { ou_added: "an organizational unit was added", csv: "CSV" } },
});

describe("a vocabulary", () => {
  test.each([
    ["user.session.start", "LOG_ON", "{actor} signed in", true],
    ["user.session.end", "LOG_ON", "{actor} ended a session", true],
    ["policy.create", "ADMIN", "{actor} created the policy[ {target}]", true],
    ["zone.deactivate", "ADMIN", "{actor} deactivated the zone[ {target}]", true],
    ["user.profile.photo_update", "ADMIN", "{actor} changed an account: profile photo update", true],
    ["app.sync.ou_added", "ADMIN", "Synchronization: an organizational unit was added", true],
    ["app.sync.csv_read", "ADMIN", "Synchronization: CSV read", true],
    ["file.read", "USER", "{actor} read {target}", true],
    ["org.alerts.enabled", "ADMIN", "{actor} switched on {target}", true],
    ["repo.enabled", "USER", "{actor} switched on {target}", true],
    ["repo.star", "USER", "{actor} worked on {target}", true],
    ["gadget.lifecycle.suspend", "USER", "{actor} suspended a gadget[: {target}]", true],
    ["gadget.lifecycle.resume", "USER", "{actor} resumed a gadget[: {target}]", false],
    ["userland.start", "USER", "{actor} started a userland[: {target}]", false],
    ["constructor", "USER", "{actor} did “constructor”[: {target}]", false],
  ])("%s", (type, category, template, known) => {
    expect(vocabulary.phraseOf(type)).toMatchObject({ category, template, known });
    // The second time it is remembered.
    expect(vocabulary.phraseOf(type)).toBe(vocabulary.phraseOf(type));
  });

  test("has a sentence for failures as well", () => {
    expect(vocabulary.phraseOf("user.session.start").failure).toBe("{actor} failed to sign in[: {reason}]");
    expect(vocabulary.phraseOf("policy.create").failure).toBe(
      "{actor} created the policy[ {target}] (failed[: {reason}])",
    );
    const events = { a: "{actor} could not sign in", b: "{actor} denied a request", c: "A policy denied a request" };
    const own = defineVocabulary({ tables: [{ events }] });
    expect(["a", "b", "c"].map((type) => own.phraseOf(type).failure)).toEqual([
      "{actor} could not sign in",
      "{actor} denied a request (failed[: {reason}])",
      "A policy denied a request",
    ]);
  });

  test("lists its types, and those a webhook asks for", () => {
    expect([...vocabulary.types].slice(0, 3)).toEqual(["user.session.start", "policy.create", "policy.delete"]);
    expect(vocabulary.types.has("user.session.*")).toBe(false);
    expect(vocabulary.marked).toEqual([
      "user.session.start",
      "policy.create",
      "policy.delete",
      "policy.deactivate",
      "zone.delete",
    ]);
  });

  test("looks a type up as it is spelled", () => {
    const spelled = defineVocabulary({
      tables: [{ events: { LOG_IN: "{actor} signed in" } }],
      spell: (type) => type.toUpperCase().replaceAll(" ", "_"),
    });
    expect(spelled.phraseOf("Log in")).toMatchObject({ template: "{actor} signed in", known: true });
  });

  test("lets its rules tell by a detail, and remembers both", () => {
    const tasks = defineVocabulary({
      tables: [{ events: { "find workers": "{actor} searched for workers" } }],
      rules: [(task, action) => (action === "READ" ? `{actor} viewed ${task}` : null)],
      spell: (task) => task.toLowerCase(),
    });
    const templates = () => ["READ", "WRITE", "READ"].map((action) => tasks.phraseOf("Edit Account", action).template);
    expect(templates()).toEqual([
      "{actor} viewed edit account",
      "{actor} edited account[: {target}]",
      "{actor} viewed edit account",
    ]);
    expect(templates()).toEqual(templates());
    expect(tasks.phraseOf("Find Workers", "WRITE").template).toBe("{actor} searched for workers");
  });

  test("lets exceptions come before its tables, and shows its rules how the app wrote the type", () => {
    const tasks = defineVocabulary({
      tables: [{ events: { "(edit|delete) account": "{actor} {did} an account" } }],
      exceptions: [(_, action, task) => (action === "READ" ? `{actor} opened ${task}` : null)],
      rules: [(task, _, written) => (task.startsWith("view") ? `{actor} viewed ${written.slice(5)}` : null)],
      spell: (task) => task.toLowerCase(),
      guess: (task, _, written) => `${task} was ${written}`,
    });
    const sentenceOf = (task: string, action?: string) => tasks.phraseOf(task, action).template;
    expect(sentenceOf("Edit Account", "READ")).toBe("{actor} opened Edit Account");
    expect(sentenceOf("Edit Account", "WRITE")).toBe("{actor} edited an account");
    expect(sentenceOf("View Pay Group")).toBe("{actor} viewed Pay Group");
    expect(sentenceOf("Org Chart")).toBe("org chart was Org Chart");
  });

  test("refuses two sentences for one type, and a verb that is none", () => {
    const twice = { "a.(b|c)": "x", "a.c": "y" };
    expect(() => defineVocabulary({ tables: [{ events: twice }] })).toThrow("a.c has two sentences");
    expect(() => defineVocabulary({ tables: [{ events: { "a.gizmo": "{actor} {did} it" } }] })).toThrow(
      "no verb in gizmo",
    );
  });

  test("stays small and quick when a log invents types", () => {
    for (let n = 0; n < 25_000; n++) vocabulary.phraseOf(`invented.type_${n}`);
    expect(vocabulary.phraseOf("user.session.start").template).toBe("{actor} signed in");
  });
});

test("keys stand for several types", () => {
  expect(expand("a.(b+|c.d).e").map(({ type, first, last, marked }) => [type, first, last, marked])).toEqual([
    ["a.b.e", "b", "b", true],
    ["a.c.d.e", "c.d", "c.d", false],
  ]);
});

test("names in words, with nothing left that a template would read", () => {
  expect(inWords("userSession_startNow")).toBe("user session start now");
  expect(inWords("{actor}[x]")).toBe("actorx");
});

test.each([
  ["environment.update_wait_timer", "{actor} updated wait timer (environment)[: {target}]"],
  ["alerts.threshold_changed", "{actor} changed threshold (alerts)[: {target}]"],
  ["FileDownloaded", "{actor} downloaded file[: {target}]"],
  ["FILE_DOWNLOAD", "{actor} downloaded file[: {target}]"],
  ["USER.SSO_KEY:CREATE", "{actor} created a user sso key[: {target}]"],
  ["strange", "{actor} did “strange”[: {target}]"],
])("%s is guessed", (type, template) => {
  expect(guessed(type)).toBe(template);
});
