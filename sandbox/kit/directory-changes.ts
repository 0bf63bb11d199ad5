import type { SandboxEvent } from "../provider.ts";
import type { Groups, People } from "./directory.ts";
import type { Change } from "./tenant.ts";

/** A tenant whose people can be changed by hand. */
interface Directory {
  readonly kit: { now(): number };
  readonly people: People<string>;
}
type StatusOf<T extends Directory> = T["people"] extends People<infer Status> ? Status : never;

interface Membership<T> {
  of: (tenant: T) => Groups & { find(id: string): number | undefined };
  events: { add: string; remove: string };
}

export interface DirectoryFormat<T extends Directory> {
  /** What a suspended person has for a status, and one whose suspension is lifted. */
  status: { suspended: StatusOf<T>; active: StatusOf<T> };
  /** Types of the events that the real changes write. */
  events: { add: string; delete: string; suspend: string; unsuspend: string };
  /** Stores such an event, of something that was done to a person. */
  record: (tenant: T, type: string, person: number, group?: number) => SandboxEvent;
  /** What the caller of `add-user` is answered. Default `{ id, email }`. */
  added?: (tenant: T, person: number) => Record<string, unknown>;
  /** Of providers whose groups change. */
  groups?: Membership<T>;
}

/**
 * The changes that `POST .../changes` makes at every provider. A person is named by id, address or handle:
 * add-user {}; delete-user, suspend-user, unsuspend-user { user }; with groups also add-to-group, remove-from-group { user, group: id }.
 */
export function directoryChanges<T extends Directory>(format: DirectoryFormat<T>): Record<string, Change<T>> {
  const { status, events, record, groups } = format;
  const added = format.added ?? (({ people }: T, person: number) => emailed(people, person));
  return {
    "add-user": (tenant) => {
      const person = tenant.people.add(tenant.kit.now());
      record(tenant, events.add, person);
      return added(tenant, person);
    },
    "delete-user": (tenant, parameters) => {
      const person = tenant.people.named(parameters);
      tenant.people.remove(person, tenant.kit.now());
      return record(tenant, events.delete, person);
    },
    "suspend-user": settingStatus(status.suspended, events.suspend, record),
    "unsuspend-user": settingStatus(status.active, events.unsuspend, record),
    ...(groups && {
      "add-to-group": settingMember(groups, true, record),
      "remove-from-group": settingMember(groups, false, record),
    }),
  };
}

/** A change that gives a person a status, for the statuses that only some providers have. */
export function settingStatus<T extends Directory>(
  status: StatusOf<T>,
  type: string,
  record: DirectoryFormat<T>["record"],
): Change<T> {
  return (tenant, parameters) => {
    const person = tenant.people.named(parameters);
    tenant.people.edit(person, tenant.kit.now(), { status });
    return record(tenant, type, person);
  };
}

function settingMember<T extends Directory>(
  { of, events }: Membership<T>,
  member: boolean,
  record: DirectoryFormat<T>["record"],
): Change<T> {
  return (tenant, parameters) => {
    const person = tenant.people.named(parameters);
    const group = of(tenant).find(String(parameters.group));
    if (group === undefined) throw new Error(`no such group: ${parameters.group}`);
    of(tenant).setMember(group, person, member, tenant.kit.now());
    return record(tenant, member ? events.add : events.remove, person, group);
  };
}

function emailed(people: People<string>, person: number): Record<string, unknown> {
  return { id: people.idOf(person), email: people.emailOf(person) };
}
