import { describe, expect, test } from "vitest";
import { missingScopes, optional, Probes } from "#src/connector-kit/probe.ts";
import { ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";

describe("missing scopes", () => {
  const includes = { "admin:org": ["write:org"], "write:org": ["read:org"], loop: ["loop"] };

  test("are those that no granted scope includes, however deep", () => {
    expect(missingScopes(["read:org", "repo"], ["admin:org", "loop"], { includes })).toEqual(["repo"]);
    expect(missingScopes(["admin:org"], ["read:org"], { includes })).toEqual(["admin:org"]);
  });

  test("may be granted under another name", () => {
    const alternatives = { "admin:org": ["members:read", "members:write"] };
    expect(missingScopes(["admin:org"], ["members:write"], { alternatives })).toEqual([]);
    expect(missingScopes(["admin:org"], [], { alternatives })).toEqual(["admin:org"]);
  });
});

describe("a probe", () => {
  test("that is refused is a missing scope, in the provider's words where it has some", async () => {
    const probes = new Probes();
    expect(await probes.read("users", async () => 7)).toBe(7);
    expect(await probes.read("groups", () => Promise.reject(new ProviderScopeError("no", [])))).toBe(null);
    await probes.read("roles", () => Promise.reject(new ProviderScopeError("no", ["Read roles", "Read work"])));
    probes.add("Read roles");
    expect(probes.missing).toEqual(["groups", "Read roles", "Read work"]);
  });

  test("that meets an outage is an outage", async () => {
    const probes = new Probes();
    const down = () => Promise.reject(new ProviderUnavailableError("down"));
    await expect(probes.read("users", down)).rejects.toThrow("down");
    await expect(optional(down)).rejects.toThrow("down");
    expect(probes.missing).toEqual([]);
  });
});
