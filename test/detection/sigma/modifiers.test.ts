import { describe, expect, test } from "vitest";
import { parseSigma } from "#src/detection/sigma/index.ts";
import { activity, matches, reasonOf, ruleOf, ruleText } from "./support.ts";

const line = (yaml: string) => ruleText(`selection:\n  ${yaml.split("\n").join("\n  ")}\ncondition: selection`);

describe("plain values", () => {
  test.each<[string, unknown, boolean]>([
    ["name: mira", { name: "Mira" }, true],
    ["name: mira", { name: "Mira Holt" }, false],
    ["name: mira", {}, false],
    ["name: mira", { other: "mira" }, false],
    ["name: ['tom', 'mira']", { name: "mira" }, true],
    ["name: 'm*'", { name: "mira" }, true],
    ["name: 'm\\*'", { name: "mira" }, false],
    ["name: 'm\\*'", { name: "m*" }, true],
    ["code: 50097", { code: 50097 }, true],
    ["code: 50097", { code: "50097" }, true],
    ["code: '50097'", { code: 50097 }, true],
    ["code: 5", { code: 50 }, false],
    ["flag: true", { flag: true }, true],
    ["flag: 'true'", { flag: true }, true],
    ["flag: true", { flag: "False" }, false],
    ["name: ''", { name: "" }, true],
    ["name: ''", { name: "x" }, false],
    ["name: ''", {}, false],
    ["name: null", {}, true],
    ["name: null", { name: null }, true],
    ["name: null", { name: "" }, false],
    ["name: null", { name: 0 }, false],
    ["name:", {}, true],
    ["name: ['', null]", {}, true],
  ])("%s on %j: %j", (selection, event, expected) => {
    expect(matches(selection, event)).toBe(expected);
  });
});

describe("where a value stands", () => {
  test.each<[string, unknown, boolean]>([
    ["ua|contains: browser", { ua: "S3 Browser 11" }, true],
    ["ua|contains: browser", { ua: "curl" }, false],
    ["ua|contains: ['x', 'curl']", { ua: "a curl b" }, true],
    ["ua|contains|all: ['curl', 'linux']", { ua: "curl on Linux" }, true],
    ["ua|contains|all: ['curl', 'linux']", { ua: "curl on BSD" }, false],
    ["ua|contains: 'a*c'", { ua: "xxabbbcxx" }, true],
    ["ua|contains: '*'", { ua: "x" }, true],
    ["ua|contains: '*'", {}, false],
    ["op|startswith: add", { op: "Add user" }, true],
    ["op|startswith: user", { op: "Add user" }, false],
    ["op|endswith: user", { op: "Add user" }, true],
    ["op|endswith: add", { op: "Add user" }, false],
    ["op|cased: Add", { op: "Add" }, true],
    ["op|cased: Add", { op: "add" }, false],
    ["op|contains|cased: dd U", { op: "Add User" }, true],
    ["op|contains|cased: dd u", { op: "Add User" }, false],
    ["op|neq: Add", { op: "Remove" }, true],
    ["op|neq: Add", { op: "add" }, false],
    ["op|all: ['a', 'b']", { op: ["a", "b", "c"] }, true],
    ["op|all: ['a', 'b']", { op: ["a", "c"] }, false],
  ])("%s on %j: %j", (selection, event, expected) => {
    expect(matches(selection, event)).toBe(expected);
  });
});

describe("encodings", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  test("base64 is the value encoded", () => {
    expect(matches("data|base64: secret text", { data: base64("secret text") })).toBe(true);
    expect(matches("data|base64|contains: secret", { data: `x${base64("secret")}y` })).toBe(true);
    expect(matches("data|base64: secret text", { data: "secret text" })).toBe(false);
  });

  test.each([0, 1, 2, 3, 4])("base64offset finds a value %d bytes into what was encoded", (before) => {
    for (let after = 0; after < 4; after++) {
      const data = base64(`${"#".repeat(before)}/bin/bash${"#".repeat(after)}`);
      expect(matches("data|base64offset|contains: /bin/bash", { data })).toBe(true);
      expect(matches("data|base64offset: /bin/bash", { data })).toBe(true);
    }
    expect(matches("data|base64offset|contains: /bin/bash", { data: base64(`${"#".repeat(before)}/bin/dash`) })).toBe(
      false,
    );
  });

  test("UTF-16 in its two orders, with a mark, and before base64", () => {
    const data = (text: string, order: "le" | "be") => {
      const bytes = Buffer.from(text, "utf16le");
      return (order === "be" ? bytes.swap16() : bytes).toString("base64");
    };
    expect(matches("data|utf16le|base64: cmd", { data: data("cmd", "le") })).toBe(true);
    expect(matches("data|wide|base64: cmd", { data: data("cmd", "le") })).toBe(true);
    expect(matches("data|utf16be|base64: cmd", { data: data("cmd", "be") })).toBe(true);
    expect(matches("data|utf16be|base64: cmd", { data: data("cmd", "le") })).toBe(false);
    expect(matches("data|utf16|base64: cmd", { data: data("\ufeffcmd", "le") })).toBe(true);
    expect(
      matches("data|wide|base64offset|contains: Net.Web", { data: data("IEX New-Object Net.WebClient", "le") }),
    ).toBe(true);
    expect(matches("data|wide: cm", { data: "c\0m\0" })).toBe(true);
  });

  test("windash takes each dash that begins a flag for each other", () => {
    const selection = "line|windash|contains: ' -enc -nop'";
    for (const text of ["x -enc -nop", "x /enc /nop", "x /enc -nop", "x –enc —nop", "x ―enc /nop"])
      expect(matches(selection, { line: text })).toBe(true);
    expect(matches(selection, { line: "x +enc -nop" })).toBe(false);
    expect(matches("line|windash|contains: 'New-Object'", { line: "New/Object" })).toBe(false);
  });

  test("what has a wildcard cannot be encoded: the rule is skipped", () => {
    expect(reasonOf(line("data|base64: 'a*b'"))).toContain("wildcards");
    expect(matches("data|base64: 'a\\*b'", { data: base64("a*b") })).toBe(true);
  });
});

describe("comparisons", () => {
  test.each<[string, unknown, boolean]>([
    ["n|gt: 5", { n: 6 }, true],
    ["n|gt: 5", { n: 5 }, false],
    ["n|gte: 5", { n: "5" }, true],
    ["n|lt: 5", { n: 4.9 }, true],
    ["n|lte: 5", { n: 5.1 }, false],
    ["n|lt: 5", { n: "" }, false],
    ["n|lt: 5", { n: "few" }, false],
    ["n|lt: 5", {}, false],
    ["n|gt: '-3'", { n: -2 }, true],
    ["n|exists: true", { n: null }, true],
    ["n|exists: true", {}, false],
    ["n|exists: false", {}, true],
    ["a.b|exists: false", { a: { c: 1 } }, true],
    ["ip|cidr: 10.0.0.0/8", { ip: "10.200.3.4" }, true],
    ["ip|cidr: 10.0.0.0/8", { ip: "11.0.0.1" }, false],
    ["ip|cidr: ['192.168.0.0/16', '2001:db8::/32']", { ip: "2001:db8:1::7" }, true],
    ["ip|cidr: '2001:db8::/32'", { ip: "2001:db9::1" }, false],
    ["ip|cidr: 203.0.113.7", { ip: "203.0.113.7" }, true],
    ["ip|cidr: 0.0.0.0/0", { ip: "AWS Internal" }, false],
    ["arn|re: 'assumed-role/.+'", { arn: "x:assumed-role/admin" }, true],
    ["arn|re: 'ASSUMED'", { arn: "assumed" }, false],
    ["arn|re|i: 'ASSUMED'", { arn: "assumed" }, true],
    ["arn|re|m: '^b$'", { arn: "a\nb" }, true],
    ["arn|re|s: 'a.b'", { arn: "a\nb" }, true],
    ["a|fieldref: b", { a: "Same", b: "same" }, true],
    ["a|fieldref: b", { a: "one", b: "other" }, false],
    ["a|fieldref: b", { a: "one" }, false],
    ["a|fieldref|cased: b", { a: "Same", b: "same" }, false],
    ["a|fieldref|contains: b", { a: "arn:user/mira", b: "mira" }, true],
    ["a|fieldref|endswith: b.c", { a: "arn:user/mira", b: { c: "MIRA" } }, true],
    ["a|fieldref|neq: b", { a: "one", b: "other" }, true],
  ])("%s on %j: %j", (selection, event, expected) => {
    expect(matches(selection, event)).toBe(expected);
  });

  test.each<[string, boolean]>([
    ["at|minute: 42", true],
    ["at|hour: 7", true],
    ["at|hour|gte: 8", false],
    ["at|hour|lt: 8", true],
    ["at|day: 18", true],
    ["at|week: 47", true],
    ["at|month: 11", true],
    ["at|year: 2026", true],
    ["at|year|gt: 2026", false],
  ])("%s on 2026-11-18T07:42:19Z: %j", (selection, expected) => {
    for (const at of [
      "2026-11-18T07:42:19Z",
      "2026-11-18T07:42:19",
      "2026-11-18T09:42:19+02:00",
      Date.UTC(2026, 10, 18, 7, 42, 19),
    ])
      expect(matches(selection, { at })).toBe(expected);
    expect(matches(selection, { at: "soon" })).toBe(false);
    expect(matches("at|month: 3", { at: "2026-02-30T07:42:19Z" })).toBe(false);
  });

  test("the first week of a year is that of its first Thursday", () => {
    expect(matches("at|week: 53", { at: "2027-01-03" })).toBe(true);
    expect(matches("at|week: 1", { at: "2027-01-04" })).toBe(true);
  });
});

describe("placeholders", () => {
  const rule = line("user|expand: 'adm_%team%'\nplace|expand|contains: '%Places%'");

  test("are replaced by each of their values", () => {
    const placeholders = new Map([
      ["team", ["blue", "red*"]],
      ["places", ["Oslo"]],
    ]);
    const { matches } = ruleOf(rule, placeholders);
    expect(matches(activity({ user: "adm_blue", place: "in Oslo" }))).toBe(true);
    expect(matches(activity({ user: "adm_red7", place: "in Oslo" }))).toBe(true);
    expect(matches(activity({ user: "adm_green", place: "in Oslo" }))).toBe(false);
    expect(matches(activity({ user: "adm_blue", place: "Rome" }))).toBe(false);
  });

  test("that nobody defined leave the rule out", () => {
    expect(reasonOf(rule)).toBe("the placeholder %team% is not defined");
  });

  test("are plain text without the modifier, and where a backslash says so", () => {
    expect(matches("user: '%team%'", { user: "%team%" })).toBe(true);
    expect(matches("user|expand: '\\%team\\%'", { user: "%team%" })).toBe(true);
  });
});

test("values that stand for thousands of others are not supported", () => {
  const flags = Array.from({ length: 101 }, (_, n) => `'-a${n} -b -c -d'`).join(", ");
  expect(reasonOf(line(`a|windash: [${flags}]`))).toContain("more than 100 values");
  const placeholders = new Map([["x", Array.from({ length: 1_000 }, (_, n) => `-a${n} -b -c -d`)]]);
  expect(parseSigma(line("a|expand|windash: '%x%'"), placeholders).skipped).toMatchObject([
    { reason: "one value stands for too many" },
  ]);
  expect(parseSigma(line("a|expand: '%x%%x%'"), placeholders).skipped).toMatchObject([
    { reason: "placeholders stand for too many values" },
  ]);
});

test.each([
  ["name|nosuch: x", /modifier "nosuch" is not supported/],
  ["name|re|contains: x", /places a value/],
  ["name|contains|startswith: x", /two modifiers that place/],
  ["name|re|cidr: x", /two modifiers that compare/],
  ["name|base64|re: x", /not compared as a text/],
  ["n|hour|re: x", /part of a date/],
  ["name|re: '(?=x)'", /looks around/],
  ["gatehouse.nosuch: x", /no field "gatehouse.nosuch"/],
])("%s is skipped with the reason", (selection, reason) => {
  expect(reasonOf(line(selection))).toMatch(reason);
});
