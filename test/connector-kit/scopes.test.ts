import { expect, test } from "vitest";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { naming, wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderScopeError } from "#src/errors.ts";

const hasPlan = ({ plan }: Readonly<Record<string, string>>) => plan === "large";
const facts = {
  streams: { USERS: { everySeconds: 60, scopes: ["read"] } },
  actions: { SUSPEND_USER: { scopes: ["read", "manage"], when: hasPlan } },
  optionalScopes: [
    { purpose: "webhooks", scopes: ["hooks"] },
    { purpose: "details", scopes: ["more", "read"], when: hasPlan },
  ],
} satisfies Partial<Manifest>;

test("what streams, actions and options take is asked for once, and only where the settings allow them", () => {
  const manifest = facts as unknown as Manifest;
  expect(wantedScopes(manifest, {}, [])).toEqual(["read", "hooks"]);
  expect(wantedScopes(manifest, { plan: "large" }, [])).toEqual(["read", "manage", "hooks", "more"]);
});

test.each([
  [[], ["read"]],
  [["hooks"], ["hooks"]],
])("a refusal that names the scopes %j lacks %j", async (named, expected) => {
  const refused: StreamFunction<"USERS"> = async function* () {
    yield { items: [], cursor: null };
    throw new ProviderScopeError("denied", named);
  };
  const reading = naming(["read"], refused)({} as StreamContext, null);
  await reading.next();
  await expect(reading.next()).rejects.toMatchObject({ message: "denied", scopes: expected });
});
