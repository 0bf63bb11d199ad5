import { mix } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import type { Ids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";

export type Status = "active" | "suspended" | "archived";

const dayMs = 86_400_000;

/** Numbers of 21 digits, of which the last seven count. */
function profileIds(seed: number): Ids {
  const idOf = (index: number) =>
    `1${String(mix(seed, index, 501) % 10 ** 7).padStart(7, "0")}${String(mix(seed, index, 502) % 10 ** 6).padStart(6, "0")}${String(index).padStart(7, "0")}`;
  return {
    idOf,
    indexOfId: (id) => {
      const index = Number(id.slice(-7));
      return /^\d{21}$/.test(id) && idOf(index) === id ? index : undefined;
    },
  };
}

/** Accounts of one customer: the first is the super admin in whose name Gatehouse acts, the next ones hold other roles. */
export class GooglePeople extends People<Status> {
  readonly customerId: string;
  readonly #createdAt: number;

  constructor(options: Required<TenantOptions>, customerId: string) {
    super(options, {
      ...profileIds(options.seed),
      // The first are administrators and people the demo knows by name; those added later are active.
      statusOf: (index) => {
        const number = index < 12 || index >= options.users ? 0 : mix(options.seed, index, 503) % 100;
        return number < 93 ? "active" : number < 97 ? "suspended" : "archived";
      },
    });
    this.customerId = customerId;
    this.#createdAt = options.createdAt;
  }

  isSuperAdmin(index: number): boolean {
    const made = this.edits(index).profile?.isAdmin;
    return typeof made === "boolean" ? made : index < 2;
  }

  /** https://developers.google.com/workspace/admin/directory/reference/rest/v1/users#User */
  record(index: number, isDelegatedAdmin: boolean): Record<string, unknown> {
    const { profile = {}, signedInAt } = this.edits(index);
    const person = this.person(index);
    const status = this.status(index);
    const created = this.#createdAt - (100 + (mix(this.seed, index, 504) % 900)) * dayMs;
    const neverSignedIn = mix(this.seed, index, 505) % 12 === 0 && index > 12;
    const signedIn = signedInAt ?? (neverSignedIn ? 0 : this.#createdAt - (mix(this.seed, index, 506) % (20 * dayMs)));
    return {
      kind: "admin#directory#user",
      id: this.idOf(index),
      etag: `"${mix(this.seed, index, 507).toString(36)}"`,
      primaryEmail: this.emailOf(index),
      name: { givenName: person.first, familyName: person.last, fullName: person.name },
      isAdmin: this.isSuperAdmin(index),
      isDelegatedAdmin,
      lastLoginTime: new Date(signedIn).toISOString(),
      creationTime: new Date(created).toISOString(),
      agreedToTerms: true,
      suspended: status === "suspended",
      ...(status === "suspended" && { suspensionReason: "ADMIN" }),
      archived: status === "archived",
      changePasswordAtNextLogin: profile.changePasswordAtNextLogin === true,
      ipWhitelisted: false,
      emails: [{ address: this.emailOf(index), primary: true }],
      nonEditableAliases: [`${person.handle}@${this.domain}.test-google-a.com`],
      customerId: this.customerId,
      orgUnitPath: ["/", "/Sales", "/Engineering"][mix(this.seed, index, 508) % 3],
      isMailboxSetup: true,
      isEnrolledIn2Sv: mix(this.seed, index, 509) % 5 !== 0,
      isEnforcedIn2Sv: false,
      includeInGlobalAddressList: true,
    };
  }

  /** Of one who was deleted lately. */
  deletedRecord(index: number): Record<string, unknown> {
    return {
      kind: "admin#directory#user",
      id: this.idOf(index),
      primaryEmail: this.emailOf(index),
      deletionTime: new Date(this.edits(index).updatedAt ?? this.#createdAt).toISOString(),
      customerId: this.customerId,
    };
  }

  /** The deleted, as a listing. */
  get deleted(): { count: number; at(index: number): number | undefined } {
    return { count: this.count, at: (index) => (this.exists(index) ? undefined : index) };
  }
}
