import { describe, expect, test } from "vitest";
import { Groups, groupName, People } from "../../../sandbox/kit/directory.ts";
import { ids } from "../../../sandbox/kit/ids.ts";
import { pageAt } from "../../../sandbox/kit/paging.ts";
import { completeOptions } from "../../../sandbox/options.ts";
import type { SandboxKit } from "../../../sandbox/provider.ts";
import { type ExampleTenant, example } from "./example.ts";

const now = Date.parse("2026-11-01T00:00:00Z");

function peopleOf(provider: string, name = "acme", users = 6): People<"active" | "suspended"> {
  const options = completeOptions({ provider, name, users }, now);
  const { seed } = options;
  return new People(options, {
    ...ids("u", seed, 12),
    statusOf: (index) => (index === 3 ? "suspended" : "active"),
  });
}

const addresses = (people: People<string>) => Array.from({ length: people.count }, (_, index) => people.emailOf(index));

describe("people", () => {
  test("are the same at every provider for tenants of one name, and others for another name", () => {
    expect(addresses(peopleOf("box"))).toEqual(addresses(peopleOf("slack")));
    expect(peopleOf("box", "globex").person(0).handle).not.toBe(peopleOf("box").person(0).handle);
    expect(new Set(addresses(peopleOf("box", "acme", 500))).size).toBe(500);
  });

  test("are found by id, address and handle", () => {
    const people = peopleOf("box");
    for (const text of [people.idOf(2), people.emailOf(2), people.person(2).handle]) expect(people.find(text)).toBe(2);
    expect(people.find(`${people.person(2).handle}@elsewhere.example`)).toBeUndefined();
    expect(people.find(people.idOf(99))).toBeUndefined();
    expect(() => people.named({ login: "nobody" })).toThrow("no such user: nobody");
  });

  test("are edited: what changed is dated, what did not is not", () => {
    const people = peopleOf("box");
    people.edit(1, now, { status: "suspended", profile: { department: "Legal" } });
    people.edit(3, now, { status: "suspended" });
    expect(people.status(1)).toBe("suspended");
    expect(people.edits(1)).toMatchObject({ statusChangedAt: now, updatedAt: now, profile: { department: "Legal" } });
    expect(people.edits(3)).not.toHaveProperty("statusChangedAt");
    people.signedIn(2, now + 5);
    expect(people.edits(2)).toEqual({ signedInAt: now + 5 });
  });

  test("come and go; the places of the others stay", () => {
    const people = peopleOf("box");
    const added = people.add(now);
    expect([added, people.count, people.present]).toEqual([6, 7, 7]);
    people.remove(1, now);
    people.remove(1, now);
    expect([people.count, people.present, people.exists(1)]).toEqual([7, 6, false]);
    expect(people.find(people.emailOf(1))).toBeUndefined();
    // The id still names its place: a cursor that ends with it goes on behind it.
    expect(people.indexOf(people.idOf(1))).toBe(1);
    expect(people.ids(1, 3)).toEqual([2, 3, 4].map((index) => people.idOf(index)));
    expect(pageAt(people, 0, 10).records).toEqual([0, 2, 3, 4, 5, 6]);
  });
});

describe("groups", () => {
  test("have generated members, edits, and no deleted people", () => {
    const people = peopleOf("box");
    const groups = new Groups(people, { count: 2, isMember: (group, person) => person % 2 === group });
    const members = (group: number) => pageAt(groups.members(group), 0, 10).records;
    expect([members(0), members(1)]).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    groups.setMember(0, 1, true, now);
    groups.setMember(0, 2, false, now);
    people.remove(4, now);
    expect(members(0)).toEqual([0, 1]);
    expect([groups.has(0, 1), groups.has(0, 2), groups.has(0, 4)]).toEqual([true, false, false]);
    expect([groups.changedAt(0), groups.changedAt(1)]).toEqual([now, undefined]);
  });

  test("have names that never run out", () => {
    expect([groupName(0), groupName(11), groupName(12), groupName(24)]).toEqual([
      "Engineering",
      "Partners",
      "Engineering 2",
      "Engineering 3",
    ]);
  });
});

describe("changes by hand", () => {
  const kit = { now: () => now } as SandboxKit;
  const tenantOf = () => example().createTenant({ provider: "example", name: "acme", users: 5 }, kit) as ExampleTenant;
  const change = (tenant: ExampleTenant, what: string, parameters: Record<string, unknown> = {}) =>
    tenant.change(what, parameters);

  test("add, suspend, restore and delete people, and write the events of it", () => {
    const tenant = tenantOf();
    const { people } = tenant;
    const added = change(tenant, "add-user") as { id: string; email: string };
    expect(added).toEqual({ id: people.idOf(5), email: people.emailOf(5) });
    change(tenant, "suspend-user", { user: added.email });
    expect(people.status(5)).toBe("suspended");
    change(tenant, "unsuspend-user", { user: added.id });
    expect(people.status(5)).toBe("active");
    expect(change(tenant, "delete-user", { user: added.id })).toMatchObject({ type: "deleted", at: now });
    expect(people.exists(5)).toBe(false);
    const types = tenant.events(tenant.options.events, 9).map(({ type }) => type);
    expect(types).toEqual(["added", "suspended", "restored", "deleted"]);
  });

  test("move people in and out of groups", () => {
    const tenant = tenantOf();
    const [group, user] = [tenant.groups.idOf(2), tenant.people.idOf(1)];
    expect(change(tenant, "add-to-group", { group, user })).toMatchObject({ type: "joined" });
    expect(tenant.groups.has(2, 1)).toBe(true);
    expect(change(tenant, "remove-from-group", { group, user })).toMatchObject({ type: "left" });
    expect(tenant.groups.has(2, 1)).toBe(false);
  });

  test("of what does not exist are refused", () => {
    const tenant = tenantOf();
    expect(() => change(tenant, "suspend-user", { user: "nobody" })).toThrow("no such user: nobody");
    expect(() => change(tenant, "add-to-group", { group: "none", user: tenant.people.idOf(1) })).toThrow(
      /no such group/,
    );
    expect(() => change(tenant, "promote")).toThrow(/no change "promote"/);
  });
});
