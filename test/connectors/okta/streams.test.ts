import { describe, expect, test } from "vitest";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { okta } from "#src/connectors/okta/index.ts";
import { ProviderResponseError, ProviderUnavailableError } from "#src/errors.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const streams = okta.streams as Record<string, StreamFunction>;

/** A small org; every listing has one page, but those named here lead from page to page, and at last back to the first. */
function org(circle: string, length: number): FakeClient {
  return new FakeClient("https://acme.okta.com", (path): FakeAnswer => {
    const url = new URL(path, "https://x");
    const page = Number(url.searchParams.get("after") ?? 0);
    const id = `id${page}`;
    const next = url.pathname === circle ? `${circle}?after=${(page + 1) % length}` : null;
    if (url.pathname === "/api/v1/iam/assignees/users")
      return { body: { value: [{ id }], _links: next ? { next: { href: `https://acme.okta.com${next}` } } : {} } };
    if (url.pathname.endsWith("/roles")) return { body: [{ id: "r1", type: "SUPER_ADMIN" }], next };
    if (url.pathname === "/api/v1/logs") {
      const body = [{ uuid: id, published: "2026-11-18T07:42:19.118Z", eventType: "user.session.start" }];
      return { body, next: next ?? "/api/v1/logs?after=9" };
    }
    return { body: [{ id, status: "ACTIVE", profile: { login: `${id}@acme.example` } }], next };
  });
}

describe("a next link that leads back", () => {
  test.each([
    ["USERS", "/api/v1/users"],
    ["GROUPS", "/api/v1/groups"],
    ["GROUPS", "/api/v1/groups/id0/users"],
    ["PRIVILEGES", "/api/v1/iam/assignees/users"],
    ["ACTIVITIES", "/api/v1/logs"],
    ["OAUTH_APPS", "/api/v1/apps"],
    ["OAUTH_APPS", "/api/v1/api-tokens"],
  ])(
    "ends %s of %s with an error, also over several pages and when each is read by a run of its own",
    async (stream, path) => {
      for (const length of [1, 2, 3]) {
        for (const pagesARun of [1, 99]) {
          const http = org(path, length);
          const read = async () => {
            let cursor: string | null = null;
            for (let run = 0; run < 50; run++) {
              let pages = 0;
              for await (const page of streams[stream]!(http.context({ domain: "acme.okta.com" }), cursor)) {
                cursor = page.cursor;
                if (++pages === pagesARun) break;
              }
              if (cursor === null) return;
            }
          };
          await expect(read(), `${length} pages`).rejects.toThrow(ProviderResponseError);
          expect(http.calls.length).toBeLessThan(40);
        }
      }
    },
  );
});

describe("settings", () => {
  const answer = (status: number, at: string) =>
    new FakeClient("https://acme.okta.com", (path) => {
      if (path.startsWith(at)) return { status };
      if (path.startsWith("/api/v1/iam/assignees")) return { body: { value: [] } };
      if (path.includes("saasure"))
        return {
          body: [{ name: "saasure", _links: { accessPolicy: { href: "https://acme.okta.com/api/v1/policies/p1" } } }],
        };
      return { body: /settings|threats|privacy/.test(path) ? {} : [] };
    });
  const read = async (http: FakeClient) => (await streams.POSTURE!(http.context({}), null).next()).value?.items ?? [];

  test.each([
    "/api/v1/policies?type=OKTA_SIGN_ON",
    "/api/v1/iam/assignees",
    "/api/v1/threats/configuration",
    "/api/v1/org/settings",
  ])("an outage of %s fails the reading; a refusal makes one setting unreadable", async (path) => {
    await expect(read(answer(503, path))).rejects.toThrow(ProviderUnavailableError);
    const items = await read(answer(403, path));
    expect(items.filter((item) => "unreadable" in item)).toHaveLength(1);
    expect(items).toHaveLength(11);
  });
});
