import { chance, mix } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

/** `suspended` is 2, `locked` 3, and so on. https://developers.onelogin.com/api-docs/2/users/user-resource */
export type Status = "unactivated" | "active" | "suspended" | "locked" | "resetting";
export const numbers: Readonly<Record<Status, number>> = {
  unactivated: 0,
  active: 1,
  suspended: 2,
  locked: 3,
  resetting: 5,
};
const dayMs = 86_400_000;

/** The first six administer something; every seventh comes from a directory, every ninth has no factor. */
export class OneLoginPeople extends People<Status> {
  readonly #options: Required<TenantOptions>;

  constructor(options: Required<TenantOptions>) {
    const { seed, users } = options;
    super(options, {
      ...numericIds(148_213_377),
      statusOf: (index) => {
        const number = index < 12 || index >= users ? 0 : mix(seed, index, 951) % 100;
        return number < 88 ? "active" : number < 93 ? "unactivated" : number < 97 ? "suspended" : "locked";
      },
    });
    this.#options = options;
  }

  isOfDirectory(index: number): boolean {
    return index % 7 === 6;
  }

  factors(index: number): Record<string, unknown>[] {
    if (index % 9 === 8) return [];
    const name = index % 2 === 0 ? "OneLogin Protect" : "Authenticator";
    return [
      {
        device_id: String(900_000 + index),
        user_display_name: name,
        type_display_name: name,
        auth_factor_name: name,
        default: true,
      },
    ];
  }

  /** https://developers.onelogin.com/api-docs/2/users/list-users */
  record(index: number): Record<string, unknown> {
    const { first, last, handle } = this.person(index);
    const { seed, createdAt } = this.#options;
    const status = this.status(index);
    const made = createdAt - 90 * dayMs - (mix(seed, index, 952) % (600 * dayMs));
    const seen = this.edits(index).signedInAt ?? createdAt - (mix(seed, index, 953) % (120 * dayMs));
    const isIn = status !== "unactivated";
    return {
      id: Number(this.idOf(index)),
      username: handle,
      email: this.emailOf(index),
      ...{ firstname: first, lastname: last, status: numbers[status], state: 1 },
      group_id: chance(mix(seed, index, 954), 90) ? 449_201 : null,
      directory_id: this.isOfDirectory(index) ? 3301 : null,
      ...{ external_id: null, trusted_idp_id: null, samaccountname: null, userprincipalname: null, member_of: null },
      ...{
        distinguished_name: null,
        phone: "",
        invalid_login_attempts: status === "locked" ? 10 : 0,
        locked_until: null,
      },
      created_at: iso(made),
      activated_at: isIn ? iso(made + 3_600_000) : null,
      invitation_sent_at: null,
      updated_at: iso(this.edits(index).updatedAt ?? made),
      last_login: isIn ? iso(seen) : null,
      password_changed_at: isIn ? iso(createdAt - (mix(seed, index, 955) % (500 * dayMs))) : null,
    };
  }
}

const iso = (at: number): string => new Date(at).toISOString();
