import { chance, mix } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { iso } from "./answers.ts";

export type Status = "ACTIVE" | "PENDING" | "DECLINED" | "DEACTIVATED";
export interface Roles {
  admin: boolean;
  groupAdmin: boolean;
  licensedSheetCreator: boolean;
}

const dayMs = 86_400_000;

/** The first three are System Admins, the next two Group Admins; nine of ten have seats, and every fifteenth is a guest. */
export class SmartsheetPeople extends People<Status> {
  readonly #roles = new Map<number, Roles>();
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    super(options, {
      ...numericIds(242_165_701_300_000),
      statusOf: (index) => {
        const number = index < 12 || index >= users ? 0 : mix(seed, index, 901) % 100;
        return number < 92 ? "ACTIVE" : number < 96 ? "PENDING" : number < 97 ? "DECLINED" : "DEACTIVATED";
      },
    });
    this.#options = options;
  }

  /** Guests have addresses of another organisation. */
  override emailOf(index: number): string {
    const own = super.emailOf(index);
    return this.isGuest(index) ? own.replace(/@.*/, "@partner.example") : own;
  }

  isGuest(index: number): boolean {
    return index % 15 === 14;
  }

  roles(index: number): Roles {
    const usual = {
      admin: index < 3,
      groupAdmin: index < 5,
      licensedSheetCreator: !this.isGuest(index) && index % 10 !== 9,
    };
    return this.#roles.get(index) ?? usual;
  }

  setRoles(index: number, roles: Partial<Roles>): void {
    this.#roles.set(index, { ...this.roles(index), ...roles });
  }

  /** https://developers.smartsheet.com/api/smartsheet/openapi/users/list-users */
  record(index: number, withLogin: boolean): Record<string, unknown> {
    const { first, last, name } = this.person(index);
    const { seed, createdAt } = this.#options;
    const roles = this.roles(index);
    const status = this.status(index);
    const never = status === "PENDING" || status === "DECLINED" || chance(mix(seed, index, 902), 3);
    const signedInAt = this.edits(index).signedInAt ?? createdAt - (mix(seed, index, 903) % (200 * dayMs));
    return {
      id: Number(this.idOf(index)),
      email: this.emailOf(index),
      firstName: first,
      lastName: last,
      name,
      ...roles,
      resourceViewer: roles.licensedSheetCreator,
      status,
      sheetCount: -1,
      isInternal: !this.isGuest(index),
      seatType: this.isGuest(index) ? "GUEST" : roles.licensedSheetCreator ? "MEMBER" : "VIEWER",
      ...(withLogin && !never && { lastLogin: iso(signedInAt) }),
    };
  }
}
