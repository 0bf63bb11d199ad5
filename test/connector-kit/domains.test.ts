import { expect, test } from "vitest";
import { commonDomains } from "#src/connector-kit/domains.ts";

const people = (count: number, domain: string) =>
  Array.from({ length: count }, (_, index) => ({ email: `p${index}@${domain}` }));

test("domains of administrators and of a tenth of the people are the organisation's", () => {
  const all = [
    ...people(17, "Acme.example"),
    ...people(2, "acme.test"),
    { email: "guest@other.example" },
    { email: null },
  ];
  expect(commonDomains(all)).toEqual(["acme.example"]);
  expect(commonDomains([...all, { email: "boss@holding.example", isAdmin: true }])).toEqual([
    "acme.example",
    "holding.example",
  ]);
  expect(commonDomains([])).toEqual([]);
});
