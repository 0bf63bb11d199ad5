import type { TenantOptions } from "../../provider.ts";
import type { EntraGroups, EntraPeople } from "../_microsoft/people.ts";

/** What has drives: the directory, and the options they are made from. */
export interface DriveParts {
  options: Required<TenantOptions>;
  people: EntraPeople;
  groups: EntraGroups;
}
