import { chance, mix, pick } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "inactive";

const titles = [
  ...["Controller", "HR Partner", "Software Engineer", "Account Executive"],
  ...["Support Specialist", "Recruiter"],
];
const departments = ["Finance", "People", "Engineering", "Sales", "Support", "Operations"];
const divisions = ["EMEA", "Americas", "APAC"];
const daySeconds = 86_400;
const firstId = 100_099_300_417_265;

/** Members of a community; a few are deactivated. */
export function workplacePeople(options: Required<TenantOptions>): People<Status> {
  const { seed, users } = options;
  return new People<Status>(options, {
    ...numericIds(firstId),
    statusOf: (index) => (index < 3 || index >= users || !chance(mix(seed, index, 450), 3) ? "active" : "inactive"),
  });
}

export interface Member {
  id: string;
  employeeNumber: string;
  first: string;
  last: string;
  name: string;
  /** People on the shop floor may have none. */
  email: string | null;
  title: string;
  department: string;
  division: string;
  /** Index; null for who leads. */
  manager: number | null;
  active: boolean;
  authMethod: "sso" | "password";
  /** Epoch seconds; null when it has not happened. */
  invitedAt: number | null;
  claimedAt: number | null;
  startedAt: number;
  /** 0: no end in sight. */
  endsAt: number;
}

export function memberAt(people: People<Status>, { seed, createdAt }: Required<TenantOptions>, index: number): Member {
  const { first, last, name } = people.person(index);
  const random = (salt: number) => mix(seed, index, salt);
  const isAdmin = index < 3;
  const created = Math.floor(createdAt / 1000);
  const joined = created - (30 + (random(442) % 900)) * daySeconds;
  const invited = isAdmin || !chance(random(441), 2);
  const claimed = isAdmin || (invited && !chance(random(444), 6));
  return {
    id: people.idOf(index),
    employeeNumber: String(1000 + index),
    first,
    last,
    name,
    email: !isAdmin && chance(random(443), 2) ? null : people.emailOf(index),
    title: pick(titles, random(445)),
    department: pick(departments, random(446)),
    division: pick(divisions, random(447)),
    manager: index === 0 ? null : Math.floor(index / 8),
    active: people.status(index) === "active",
    authMethod: chance(random(448), 92) ? "sso" : "password",
    invitedAt: invited ? joined : null,
    claimedAt: claimed ? joined + 3600 + (random(441) % daySeconds) : null,
    startedAt: joined - 7 * daySeconds,
    endsAt: !isAdmin && chance(random(449), 1) ? created - 5 * daySeconds : 0,
  };
}
