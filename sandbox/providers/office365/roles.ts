/** Built-in roles by template id. https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/permissions-reference */
export const roles = [
  ["62e90394-69f5-4237-9190-012177145e10", "Global Administrator"],
  ["29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator"],
  ["fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"],
  ["194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"],
  ["f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"],
] as const;

export interface Assignment {
  id: string;
  role: number;
  principal: { person: number } | { group: number } | { service: string };
}

/** Who holds a role, and who may activate one. */
export class Roles {
  readonly active: Assignment[];
  readonly eligible: Assignment[];

  constructor(users: number, groups: number) {
    const assignment = (role: number, principal: Assignment["principal"], index: number) => ({
      id: `lAPpYvVpN0KRkAEhdxReE${index}`,
      ...{ role, principal },
    });
    const people = (
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ] as const
    )
      .filter(([, person]) => person < users)
      .map(([role, person], index) => assignment(role, { person }, index));
    this.active = [
      ...people,
      ...(groups > 0 ? [assignment(3, { group: 0 }, 7)] : []),
      assignment(1, { service: "5e1f0000-0000-4000-8000-000000000001" }, 8),
    ];
    this.eligible = users > 6 ? [assignment(0, { person: 5 }, 9), assignment(2, { person: 6 }, 10)] : [];
  }

  remove(id: string): boolean {
    const index = this.active.findIndex((one) => one.id === id);
    if (index < 0) return false;
    this.active.splice(index, 1);
    return true;
  }
}
