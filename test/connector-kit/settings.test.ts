import { describe, expect, test } from "vitest";
import { readSettings } from "#src/connector-kit/settings.ts";
import {
  ProviderAuthError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { contextOf, neverAsked } from "./context.ts";

const context = contextOf(neverAsked);
const failing = (error: Error) => async () => {
  throw error;
};

describe("a setting", () => {
  test.each([
    [new ProviderScopeError("Denied.", ["policies.read"]), "Denied. Missing: policies.read."],
    [new ProviderNotFoundError("Not there."), "Not there."],
    [new ProviderRequestError("Not like this."), "Not like this."],
  ])("that the provider refuses is unreadable with its reason, and the others are read: %s", async (error, reason) => {
    expect(
      await readSettings(context, { first: async () => 1, refused: failing(error), last: async () => null }),
    ).toEqual([
      { key: "first", value: 1 },
      { key: "refused", unreadable: reason },
      { key: "last", value: null },
    ]);
  });

  test.each([
    new ProviderUnavailableError("Down."),
    new ProviderRateLimitError("Too often.", new Date()),
    new ProviderAuthError("Withdrawn."),
    new ProviderResponseError("Not JSON.", "body"),
    new TypeError("a bug"),
  ])("says nothing when %s: the whole reading fails and is tried again", async (error) => {
    await expect(readSettings(context, { first: async () => 1, failing: failing(error) })).rejects.toBe(error);
  });
});
