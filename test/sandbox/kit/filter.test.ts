import { expect, test } from "vitest";
import { parseFilter, valueAt } from "../../../sandbox/kit/filter.ts";

const user = {
  status: "ACTIVE",
  profile: { login: "mira.holt@acme.example", city: null },
  emails: [{ value: "mira@acme.example" }, { value: "m@acme.example" }],
  updated: "2026-03-01T00:00:00Z",
};

test.each([
  ['status eq "active"', true],
  ['status ne "ACTIVE"', false],
  ['profile.login sw "mira" and status eq "ACTIVE"', true],
  ['status eq "X" or (profile.login co "holt" and updated ge "2026-01-01T00:00:00Z")', true],
  ['not (status eq "ACTIVE")', false],
  ['emails.value eq "m@acme.example"', true],
  ["profile.city pr", false],
  ["profile.login pr", true],
  ['profile.missing eq "x"', false],
])("%s", (text, expected) => {
  expect(parseFilter(text)?.((path) => valueAt(user, path))).toBe(expected);
});

test.each(["status", "status eq", 'status is "x"', '(status eq "x"', 'status eq "x" and', ""])(
  "%j cannot be read",
  (text) => {
    expect(parseFilter(text)).toBeUndefined();
  },
);
