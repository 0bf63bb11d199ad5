/** Promise: pages that lead in a circle end after a few calls, whatever the app. Seen end to end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import { isListing, modesOf, type Subject, streamsOf, subjects } from "../connectors/contract/facts.ts";
import type { ProxiedAnswer, ProxiedCall } from "../connectors/contract/proxy.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage?.close());

/** A few for each level of a listing; members are listed for each of their groups. */
const fewCalls = 60;

/** Listings read page by page. */
const listings = (subject: Subject): ScanStream[] =>
  streamsOf(subject).filter((stream) => stream !== "POSTURE" && isListing(subject, stream));

const pageParameter = /^(page|after|before|cursor|marker|offset|start\w*|\w*token|\$skip\w*)$/i;

/** What is listed by a call, whatever the page. */
function listingOf({ method, target, body }: ProxiedCall): string {
  const operation = /"query":"([^"]{0,200})/.exec(body)?.[1] ?? /\b\w+_Request\b/.exec(body)?.[0] ?? "";
  const [path, query] = target.split("?");
  const parameters = [...new URLSearchParams(query)].filter(([name]) => !pageParameter.test(name));
  return `${method} ${path}?${new URLSearchParams(parameters)} ${operation}`;
}

/** A mode that needs no browser. Apps that have none prove it in the contract suite alone. */
const unattended = (subject: Subject): string | undefined =>
  modesOf(subject).find((mode) => !subject.facts.modes[mode]!.consent);

function settingsOf(subject: Subject, credentials: Record<string, string>): Record<string, string> {
  const given = subject.facts.modes[unattended(subject)!]!.settings(credentials);
  const known = Object.entries(given).filter(([name]) => name in subject.connector.manifest.settings);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

/** One for each way of paging: next links, offsets, markers. All of them with `npm run soak`. */
const sample = ["okta", "workday", "box"];
const tried = subjects.filter((subject) => unattended(subject) && (process.env.SOAK || sample.includes(subject.slug)));

describe.each(tried)("$slug", (subject) => {
  test("every page answers with the first one: the scan ends, and nobody is deleted", { timeout: 90_000 }, async () => {
    const tenant = await stage.sandbox.createTenant({
      provider: subject.slug,
      name: `circle-${subject.slug}`,
      ...subject.facts.tenants.large,
      unlimited: true,
    });
    const settings = settingsOf(subject, tenant.credentials);
    stage.proxy.set(null);
    const id = await stage.api.connected(subject.slug, subject.slug, settings);
    await stage.api.scanned(id);
    const deleted = async () => (await stage.api.users(id)).filter(({ status }) => status === "DELETED").length;
    const before = await deleted();
    for (const stream of listings(subject)) {
      const first = new Map<string, ProxiedAnswer>();
      const calls = new Map<string, number>();
      const own = new RegExp(tenant.name, "i");
      stage.proxy.set((call, answer) => {
        const listing = listingOf(call);
        if (!first.has(listing)) first.set(listing, answer);
        if (own.test(call.target) || !/activity|audit|logs|token/i.test(listing))
          calls.set(listing, (calls.get(listing) ?? 0) + 1);
        return /activity|audit|\/logs|token/i.test(listing) ? answer : first.get(listing)!;
      });
      const scan = await stage.api.scan(id, stream, { mode: "FULL" });
      stage.proxy.set(null);
      expect(["SUCCEEDED", "FAILED"], `${stream}: ${scan.error}`).toContain(scan.status);
      expect(calls.size, stream).toBeGreaterThan(0);
      expect(Math.max(...calls.values()), stream).toBeLessThan(fewCalls);
      expect(await deleted(), stream).toBe(before);
    }
  });
});
