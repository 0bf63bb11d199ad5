import { mix, originAt } from "../../generator.ts";
import { Groups, groupName, People } from "../../kit/directory.ts";
import { type Ids, uuids } from "../../kit/ids.ts";
import type { TenantOptions } from "../../provider.ts";
import { timeOf } from "./answers.ts";
import type { Row } from "./encoded-query.ts";

export type Status = "active" | "locked" | "inactive";

const dayMs = 86_400_000;

export const roles = ["admin", "security_admin", "user_admin", "oauth_admin", "itil", "knowledge", "snc_internal"];

/** People with an account. The first is the integration user that Gatehouse acts as. */
export class ServicenowPeople extends People<Status> {
  readonly #createdAt: number;

  constructor(options: Required<TenantOptions>) {
    super(options, {
      ...uuids(options.seed, 501, { dashes: false }),
      statusOf: (index) =>
        index < 12 || index >= options.users || mix(options.seed, index, 511) % 100 < 94 ? "active" : "inactive",
    });
    this.#createdAt = options.createdAt;
  }

  userName(index: number): string {
    return this.person(index).handle;
  }

  /** Everybody's latest sign-in but that of every eleventh was within three weeks. */
  lastSignIn(index: number): number {
    const idle = mix(this.seed, index, 512) % 11 === 0 ? 120 : mix(this.seed, index, 513) % 20;
    return this.edits(index).signedInAt ?? this.#createdAt - idle * dayMs;
  }

  record(index: number): Row {
    const created = this.#createdAt - (200 + (mix(this.seed, index, 514) % 900)) * dayMs;
    const status = this.status(index);
    return {
      ...{ sys_id: this.idOf(index), user_name: this.userName(index), email: this.emailOf(index) },
      ...{
        name: this.person(index).name,
        active: String(status !== "inactive"),
        locked_out: String(status === "locked"),
      },
      last_login_time: timeOf(this.lastSignIn(index)),
      last_login_device: originAt(this.seed, index, 1).ip,
      ...{ failed_attempts: "0", password_needs_reset: "false", web_service_access_only: String(index === 0) },
      ...{ internal_integration_user: "false", source: "", sys_class_name: "sys_user", company: "", time_zone: "GMT" },
      ...{ department: "", title: "", vip: "false" },
      ...{ sys_created_on: timeOf(created), sys_updated_on: timeOf(this.edits(index).updatedAt ?? created) },
      ...(this.edits(index).profile as Row | undefined),
    };
  }

  /** Roles by index, and whether they come from a group. */
  rolesOf(index: number): { role: number; inherited: boolean }[] {
    const direct = index === 0 ? [0, 1, 2, 3] : index < 3 ? [0] : index === 3 ? [2] : index % 9 === 4 ? [5] : [];
    return [...direct.map((role) => ({ role, inherited: false })), { role: index % 2 === 0 ? 4 : 6, inherited: true }];
  }
}

export class ServicenowGroups extends Groups {
  readonly ids: Ids;

  constructor({ seed, groups: count }: Required<TenantOptions>, people: ServicenowPeople) {
    super(people, { count, isMember: (group, person) => mix(seed, group * 100_003 + person, 516) % 4 === 0 });
    this.ids = uuids(seed, 502, { dashes: false });
  }

  find(id: string): number | undefined {
    const index = this.ids.indexOfId(id);
    return index !== undefined && index < this.count ? index : undefined;
  }

  name(group: number): string {
    return groupName(group);
  }
}
