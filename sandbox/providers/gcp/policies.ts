import { createHash } from "node:crypto";
import type { CloudGroups } from "./groups.ts";
import { crm, type Hierarchy } from "./hierarchy.ts";
import type { Principals } from "./principals.ts";

export interface Binding {
  role: string;
  members: string[];
  condition?: { title: string; expression: string };
}

export interface Policy {
  bindings: Binding[];
  auditConfigs?: unknown[];
}

interface Stored extends Policy {
  assetType: string;
  /** The project, folder or organization it lies in. */
  container: string;
  written: number;
}

/** IAM policies by full resource name. */
export class Policies {
  readonly #stored = new Map<string, Stored>();
  readonly #hierarchy: Hierarchy;

  constructor(hierarchy: Hierarchy, people: Principals, groups: CloudGroups) {
    this.#hierarchy = hierarchy;
    const person = (number: number) => people.idOf(people.accounts + number);
    const group = (number: number) => `group:${groups.emailOf(number)}`;
    const of = (role: string, ...members: string[]): Binding => ({ role, members });
    const { organization, folders, working } = hierarchy;
    const admins = groups.count > 0 ? [person(0), group(0)] : [person(0)];
    this.#put(`${crm}${organization.path}`, "cloudresourcemanager.googleapis.com/Organization", organization.path, [
      of("roles/resourcemanager.organizationAdmin", ...admins),
      of("roles/browser", `domain:${people.domain}`),
    ]);
    this.#stored.get(`${crm}${organization.path}`)!.auditConfigs = [
      {
        service: "allServices",
        auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_WRITE", exemptedMembers: [person(1)] }],
      },
    ];
    for (const folder of folders)
      this.#put(`${crm}${folder.path}`, "cloudresourcemanager.googleapis.com/Folder", folder.path, [
        of("roles/resourcemanager.folderAdmin", person(1)),
      ]);
    const until = { title: "on call", expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' };
    working.forEach((project, index) => {
      const mine = people.ids(0, people.count).filter((_, number) => number % working.length === index);
      const own = Array.from({ length: groups.count }, (_, number) => number).filter(
        (one) => one % working.length === index,
      );
      const name = project.path.slice("projects/".length);
      this.#put(`${crm}${project.path}`, "cloudresourcemanager.googleapis.com/Project", project.path, [
        of("roles/owner", person(index), person(index + 1)),
        of(
          "roles/editor",
          people.idOf(index),
          `serviceAccount:${project.number.slice(9)}@cloudservices.gserviceaccount.com`,
        ),
        { ...of("roles/compute.admin", person(index + 1)), condition: until },
        of("roles/viewer", ...mine, "user:auditor@partner.example"),
        of("roles/iam.serviceAccountTokenCreator", person(index + 2)),
        of("roles/compute.viewer", "deleted:user:left@partner.example?uid=123456789012345678901"),
        ...(own.length > 0 ? [of("roles/logging.viewer", ...own.map(group))] : []),
      ]);
      this.#put(`//storage.googleapis.com/${name}-data`, "storage.googleapis.com/Bucket", project.path, [
        of("roles/storage.legacyBucketOwner", `projectOwner:${name}`),
        of("roles/storage.objectViewer", index === 0 ? "allUsers" : people.idOf(index)),
      ]);
    });
    const first = working[0]?.path ?? "";
    this.#put(`//bigquery.googleapis.com/${first}/datasets/sales`, "bigquery.googleapis.com/Dataset", first, [
      of(
        "roles/bigquery.dataViewer",
        person(3),
        "principal://iam.googleapis.com/locations/global/workforcePools/partners/subject/kim",
      ),
    ]);
  }

  /** All, as Cloud Asset finds them. https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies#IamPolicySearchResult */
  results(assetTypes: readonly string[]): Record<string, unknown>[] {
    return [...this.#stored]
      .filter(([, { assetType }]) => assetTypes.length === 0 || assetTypes.includes(assetType))
      .map(([resource, { assetType, container, bindings }]) => {
        const project = this.#hierarchy.projects.find(({ path }) => path === container);
        return {
          resource,
          assetType,
          ...(project && { project: project.number, folders: this.#hierarchy.folders.map(({ path }) => path) }),
          organization: this.#hierarchy.organization.path,
          policy: { bindings },
        };
      });
  }

  /** Of the organization, a folder or a project. */
  read(container: string): Record<string, unknown> | undefined {
    const stored = this.#stored.get(`${crm}${container}`);
    if (!stored) return undefined;
    const { bindings, auditConfigs } = stored;
    return { version: 3, etag: etagOf(container, stored.written), bindings, ...(auditConfigs && { auditConfigs }) };
  }

  /** False when the etag is not the present one. Without an etag the last one wins. */
  write(container: string, policy: Policy & { etag?: string }): boolean {
    const stored = this.#stored.get(`${crm}${container}`);
    if (!stored || (policy.etag !== undefined && policy.etag !== etagOf(container, stored.written))) return false;
    stored.bindings = policy.bindings;
    stored.written += 1;
    return true;
  }

  addMember(container: string, role: string, member: string): void {
    const stored = this.#stored.get(`${crm}${container}`);
    if (!stored) throw new Error(`no such project: ${container}`);
    const binding = stored.bindings.find((one) => one.role === role && !one.condition);
    if (binding) binding.members = [...new Set([...binding.members, member])];
    else stored.bindings.push({ role, members: [member] });
    stored.written += 1;
  }

  removeMember(member: string): void {
    for (const stored of this.#stored.values())
      for (const binding of stored.bindings) binding.members = binding.members.filter((one) => one !== member);
  }

  #put(resource: string, assetType: string, container: string, bindings: Binding[]): void {
    this.#stored.set(resource, { assetType, container, bindings, written: 1 });
  }
}

function etagOf(container: string, written: number): string {
  return createHash("sha256").update(`${container} ${written}`).digest().subarray(0, 8).toString("base64");
}
