import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import type { Access } from "./access.ts";
import { lacking, parameter } from "./access.ts";
import type { Refusal } from "./answers.ts";
import { badParameter, readOnly, unknownObject } from "./answers.ts";
import { refused } from "./graph.ts";
import type { WorkplaceTenant } from "./tenant.ts";

/** What changes people through the API, for Graph and SCIM alike; each leaves its event in the security log. */

/** Why this integration may not write, or undefined. */
export function barred(access: Access, permission: string): Refusal | undefined {
  return access.tenant.readOnly ? readOnly : lacking(access, permission, true);
}

export function setActive(tenant: WorkplaceTenant, index: number, active: boolean): void {
  if (tenant.members.isActive(index) === active) return;
  tenant.members.setActive(index, active);
  tenant.appendByApp(active ? "ACCOUNT_ACTIVATED" : "ACCOUNT_DEACTIVATED", index);
}

/** Only an account nobody has claimed can be deleted. */
export function remove(tenant: WorkplaceTenant, index: number): boolean {
  if (tenant.members.at(index).claimedAt !== null) return false;
  tenant.appendByApp("ACCOUNT_DELETED", index);
  tenant.members.remove(index);
  return true;
}

/** `POST /{id-or-email}?active=false` */
export function update(request: SandboxRequest, access: Access, id: string): SandboxResponse {
  const refusal = barred(access, "Manage accounts");
  if (refusal) return refused(refusal);
  const index = access.tenant.members.find(id);
  if (index === undefined) return refused(unknownObject(id));
  const active = parameter(request, "active");
  if (active !== "true" && active !== "false") return refused(badParameter("Param active must be a boolean"));
  setActive(access.tenant, index, active === "true");
  return { status: 200, body: { success: true } };
}

/** `POST /{id-or-email}/logout`: of all devices. */
export function logout(access: Access, id: string): SandboxResponse {
  const refusal = barred(access, "Log out users");
  if (refusal) return refused(refusal);
  const index = access.tenant.members.find(id);
  if (index === undefined) return refused(unknownObject(id));
  access.tenant.appendByApp("FORCED_LOGOUT", index);
  return { status: 200, body: { success: true } };
}

/** `DELETE /{id}` */
export function destroy(access: Access, id: string): SandboxResponse {
  const refusal = barred(access, "Manage accounts");
  if (refusal) return refused(refusal);
  const index = access.tenant.members.find(id);
  if (index === undefined) return refused(unknownObject(id));
  if (!remove(access.tenant, index))
    return refused(badParameter("Only accounts that were never claimed can be deleted"));
  return { status: 200, body: { success: true } };
}
