import { expect, test } from "vitest";
import { advisories, type Report } from "../../scripts/advisories.ts";

const report: Report = {
  vulnerabilities: {
    parser: {
      name: "parser",
      severity: "high",
      via: [{ url: "https://github.com/advisories/GHSA-aaaa", title: "Slow expression" }],
    },
    server: { name: "server", severity: "high", via: ["parser"] },
    colours: {
      name: "colours",
      severity: "low",
      via: [{ url: "https://github.com/advisories/GHSA-bbbb", title: "Odd" }],
    },
  },
};
const now = new Date("2026-12-01T00:00:00Z");

test("advisories of the least severity and above are reported, once for each package that has them", () => {
  expect(advisories(report, "low", {}, now)).toEqual([
    "parser (high): Slow expression, https://github.com/advisories/GHSA-aaaa",
    "colours (low): Odd, https://github.com/advisories/GHSA-bbbb",
  ]);
  expect(advisories(report, "high", {}, now)).toHaveLength(1);
});

test("an accepted one comes back when its time is over", () => {
  const accepted = { "GHSA-aaaa": { because: "no input of ours reaches it", until: "2027-01-31" } };
  expect(advisories(report, "high", accepted, now)).toEqual([]);
  expect(advisories(report, "high", accepted, new Date("2027-02-01T00:00:00Z"))).toHaveLength(1);
});
