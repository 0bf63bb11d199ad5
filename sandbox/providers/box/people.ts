import { mix } from "../../generator.ts";
import { People } from "../../kit/directory.ts";
import { type Ids, numericIds } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";

export type Status = "active" | "inactive" | "cannot_delete_edit";
export type Role = "admin" | "coadmin" | "user";

const dayMs = 86_400_000;

/** People of other enterprises who collaborate. */
const partnerCount = 40;
const partnerIds: Ids = numericIds(44_000_000);

export interface Enterprise {
  id: string;
  name: string;
}

export interface Mini {
  type: "user";
  id: string;
  name: string;
  login: string;
}

/** Managed users, partners, and the service account of the app. */
export class BoxPeople extends People<Status> {
  readonly enterprise: Enterprise;
  readonly service: Mini;
  readonly #roles = new Map<number, Role>();
  readonly #createdAt: number;

  constructor(options: Required<TenantOptions>, enterprise: Enterprise) {
    const { seed, users } = options;
    super(options, {
      ...numericIds(33_000_000),
      // The first are administrators and people the demo knows by name; those added later are active.
      statusOf: (index) => {
        const number = index < 12 || index >= users ? 0 : mix(seed, index, 301) % 100;
        return number < 94 ? "active" : number < 98 ? "inactive" : "cannot_delete_edit";
      },
    });
    this.enterprise = enterprise;
    this.#createdAt = options.createdAt;
    const login = `AutomationUser_${enterprise.id}_k7@boxdevedition.com`;
    this.service = { type: "user", id: `21${enterprise.id}`, name: "Gatehouse", login };
  }

  roleOf(index: number): Role {
    return this.#roles.get(index) ?? (index === 0 ? "admin" : index < 4 ? "coadmin" : "user");
  }

  setRole(index: number, role: Role): void {
    this.#roles.set(index, role);
  }

  mini(index: number): Mini {
    return { type: "user", id: this.idOf(index), name: this.person(index).name, login: this.emailOf(index) };
  }

  /** https://developer.box.com/reference/resources/user/ */
  record(index: number): Record<string, unknown> {
    const edits = this.edits(index);
    const created = this.#createdAt - (200 + (mix(this.seed, index, 302) % 900)) * dayMs;
    return {
      ...this.mini(index),
      created_at: timeOf(created),
      modified_at: timeOf(edits.updatedAt ?? created + 90 * dayMs),
      language: "en",
      timezone: "Europe/Berlin",
      space_amount: 10_995_116_277_760,
      space_used: mix(this.seed, index, 303),
      max_upload_size: 5_368_709_120,
      status: this.status(index),
      job_title: "",
      phone: "",
      address: "",
      role: this.roleOf(index),
      is_sync_enabled: true,
      is_external_collab_restricted: false,
      is_exempt_from_login_verification: index > 12 && mix(this.seed, index, 304) % 50 === 0,
      is_platform_access_only: false,
      enterprise: { type: "enterprise", ...this.enterprise },
      ...edits.profile,
    };
  }

  serviceRecord(): Record<string, unknown> {
    return { ...this.record(0), ...this.service, role: "user", is_platform_access_only: true };
  }

  get partnerIds(): string[] {
    return Array.from({ length: partnerCount }, (_, index) => partnerIds.idOf(index));
  }

  /** By id or address; undefined for anybody else. */
  partner(text: string): Mini | undefined {
    const [, number] = /^partner(\d+)@outside\.example$/.exec(text) ?? [];
    const index = number === undefined ? partnerIds.indexOfId(text) : Number(number);
    if (index === undefined || index >= partnerCount) return undefined;
    const login = `partner${index}@outside.example`;
    return { type: "user", id: partnerIds.idOf(index), name: `Partner ${index}`, login };
  }

  partnerRecord(partner: Mini): Record<string, unknown> {
    const { created_at, modified_at, language, timezone } = this.record(0);
    const enterprise = { type: "enterprise", id: "880001", name: "Outside Ltd" };
    return { ...partner, created_at, modified_at, language, timezone, status: "active", role: "user", enterprise };
  }
}
