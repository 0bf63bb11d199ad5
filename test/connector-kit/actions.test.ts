import { describe, expect, test } from "vitest";
import { appOf, deleteIfThere, ensure, fileOf, grantOf, ifThere, userOf } from "#src/connector-kit/actions.ts";
import { InvalidInputError, ProviderNotFoundError, ProviderUnavailableError } from "#src/errors.ts";
import { FakeClient } from "../connectors/fake-client.ts";

describe("whom an action is about", () => {
  const user = { externalId: "u1", login: "mira", email: null };
  const oauthApp = { externalId: "a1" };
  const file = { externalId: "f1", container: "d1", name: "Plan", parentId: null, isFolder: false };

  test("is taken from its target", () => {
    const target = { user, oauthApp, file, grant: { reference: "g1" }, parameters: {} };
    expect(userOf(target)).toBe(user);
    expect(appOf(target)).toBe(oauthApp);
    expect(fileOf(target)).toBe(file);
    expect(grantOf(target)).toEqual({ userId: "u1", appId: "a1", reference: "g1" });
  });

  test.each([
    [userOf, "This action needs an account.", ["input", "userId"]],
    [appOf, "This action needs an app.", ["input", "oauthAppId"]],
    [fileOf, "This action needs a file.", ["input", "fileId"]],
  ])("is missed in words: %o", (read, message, field) => {
    const call = () => read({ parameters: {} });
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ message, field }));
  });

  test("a grant without its reference is not guessed at", () => {
    expect(() => grantOf({ user, oauthApp, grant: { reference: null }, parameters: {} })).toThrow(InvalidInputError);
  });
});

describe("ensure", () => {
  test("writes what differs, and answers what was before", async () => {
    const written: unknown[] = [];
    const change = (active: boolean) =>
      ensure({
        read: async () => ({ active, note: "x" }),
        wanted: { active: false },
        write: async (before) => written.push(before),
      });
    expect(await change(true)).toEqual({ changed: true, before: { active: true, note: "x" } });
    expect(await change(false)).toEqual({ changed: false, before: { active: false, note: "x" } });
    expect(written).toEqual([{ active: true, note: "x" }]);
  });

  test("takes a test for what cannot be compared", async () => {
    const result = await ensure({
      read: async () => ({ roles: ["member"] }),
      wanted: ({ roles }) => !roles.includes("admin"),
      write: () => Promise.reject(new Error("nothing to write")),
    });
    expect(result.changed).toBe(false);
  });

  test("never writes over what it could not read", async () => {
    const read = (): Promise<Record<string, unknown>> => Promise.reject(new ProviderUnavailableError("down"));
    const write = () => Promise.reject(new Error("written"));
    await expect(ensure({ read, wanted: {}, write })).rejects.toThrow("down");
  });
});

test("a deletion of what is not there any more changes nothing", async () => {
  const http = new FakeClient("https://api.example", (path) => ({ status: path === "/there" ? 204 : 404 }));
  expect(await deleteIfThere(http.context({}), "/there")).toBe(true);
  expect(await deleteIfThere(http.context({}), "/deleted")).toBe(false);
});

test("what is not there reads as null, what fails does not", async () => {
  expect(await ifThere(() => Promise.reject(new ProviderNotFoundError("no")))).toBe(null);
  await expect(ifThere(() => Promise.reject(new ProviderUnavailableError("down")))).rejects.toThrow("down");
});
