import { chance, idAt, mix } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";
import { type Target, target } from "./targets.ts";

export type Status =
  | "STAGED"
  | "PROVISIONED"
  | "ACTIVE"
  | "RECOVERY"
  | "PASSWORD_EXPIRED"
  | "LOCKED_OUT"
  | "SUSPENDED"
  | "DEPROVISIONED";

const dayMs = 86_400_000;
const idLength = 20;
const departments = ["Engineering", "Sales", "Finance", "Support", "Legal", "Marketing"];

/** Users, a few of whom are not active. */
export function oktaPeople(options: Required<TenantOptions>): People<Status> {
  const { seed, users } = options;
  return new People<Status>(options, {
    ...ids("00u", seed, idLength),
    // The first are administrators and people the demo knows by name; those added later are active.
    statusOf: (index) => (index < 12 || index >= users ? "ACTIVE" : statusFor(mix(seed, index, 151) % 200)),
  });
}

function statusFor(number: number): Status {
  if (number < 176) return "ACTIVE";
  if (number < 180) return "STAGED";
  if (number < 184) return "PROVISIONED";
  if (number < 188) return "PASSWORD_EXPIRED";
  if (number < 190) return "RECOVERY";
  if (number < 192) return "LOCKED_OUT";
  return number < 195 ? "SUSPENDED" : "DEPROVISIONED";
}

/** Passwords of these people live in a directory, out of Okta's reach. */
export function isFederated({ seed }: People<Status>, index: number): boolean {
  return index >= 12 && chance(mix(seed, index, 153), 5);
}

export function lastUpdatedOf(people: People<Status>, options: Required<TenantOptions>, index: number): number {
  return people.edits(index).updatedAt ?? options.createdAt - (1 + (mix(people.seed, index, 152) % 300)) * dayMs;
}

export function userRecord(
  people: People<Status>,
  options: Required<TenantOptions>,
  index: number,
  origin: string,
): Record<string, unknown> {
  const { seed } = people;
  const edits = people.edits(index);
  const status = people.status(index);
  const person = people.person(index);
  const login = people.emailOf(index);
  const lastUpdated = lastUpdatedOf(people, options, index);
  const created =
    index < options.users ? options.createdAt - (310 + (mix(seed, index, 154) % 500)) * dayMs : lastUpdated;
  const never = status === "STAGED" || status === "PROVISIONED";
  const lastLogin =
    edits.signedInAt ?? (never ? undefined : options.createdAt - (mix(seed, index, 155) % (40 * dayMs)));
  const activated = status === "STAGED" ? null : iso(created + 60_000);
  return {
    id: people.idOf(index),
    status,
    created: iso(created),
    activated,
    statusChanged: edits.statusChangedAt ? iso(edits.statusChangedAt) : activated,
    lastLogin: lastLogin === undefined ? null : iso(lastLogin),
    lastUpdated: iso(lastUpdated),
    passwordChanged: never ? null : iso(created + (mix(seed, index, 156) % 300) * dayMs),
    type: { id: idAt("oty", seed, 0, idLength) },
    profile: {
      firstName: person.first,
      lastName: person.last,
      mobilePhone: null,
      secondEmail: null,
      login,
      email: login,
      department: departments[index % departments.length],
      ...edits.profile,
    },
    credentials: {
      provider: isFederated(people, index)
        ? { type: "ACTIVE_DIRECTORY", name: `${options.name}.local` }
        : { type: "OKTA", name: "OKTA" },
    },
    _links: { self: { href: `${origin}/api/v1/users/${people.idOf(index)}` } },
  };
}

export function userTarget(people: People<Status>, index: number): Target {
  return target("User", people.idOf(index), people.person(index).name, { alternateId: people.emailOf(index) });
}
