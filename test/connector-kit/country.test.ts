import { expect, test } from "vitest";
import { countryCode } from "#src/connector-kit/country.ts";

test.each([
  ...[
    ["France", "FR"],
    ["United States", "US"],
    ["South Korea", "KR"],
    ["Turkey", "TR"],
    ["Russian Federation", "RU"],
  ],
  ...[
    ["Bosnia and Herzegovina", "BA"],
    ["Atlantis", null],
    ["European Union", null],
    [null, null],
  ],
] as const)("%s is the country %s", (name, code) => {
  expect(countryCode(name)).toBe(code);
});
