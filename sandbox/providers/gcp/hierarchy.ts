import { mix } from "../../generator.ts";
import type { TenantOptions } from "../../provider.ts";

/** The organization, folder or project that a resource lies in, or is. */
export interface Container {
  /** `projects/acme-prod`, `folders/1234`: how calls name it. */
  path: string;
  kind: "Organization" | "Folder" | "Project";
  /** Of a project `projects/415104041262`, the same as the path elsewhere. */
  number: string;
  displayName: string;
  parent: string | null;
}

export const crm = "//cloudresourcemanager.googleapis.com/";

/** One organization with a folder; projects lie in the folder, but for the last, which Apps Script made. */
export class Hierarchy {
  readonly organization: Container;
  readonly customerId: string;
  readonly folders: Container[];
  readonly projects: Container[];
  /** Of whom nobody may read the logs. */
  readonly denied = new Set<string>();

  constructor({ seed, name, users }: Required<TenantOptions>) {
    const digits = (salt: number) =>
      `${4 + (salt % 5)}${String(mix(seed, salt, 601))
        .padStart(11, "0")
        .slice(0, 11)}`;
    const path = `organizations/${digits(1)}`;
    this.organization = { path, kind: "Organization", number: path, displayName: `${name}.example`, parent: null };
    this.customerId = `C0${mix(seed, 1, 521).toString(36).padStart(7, "0")}`;
    const folder = `folders/${digits(2)}`;
    this.folders = [{ path: folder, kind: "Folder", number: folder, displayName: "Products", parent: path }];
    const names = users > 50 ? ["prod", "dev", "data", "shared"] : ["prod", "dev"];
    this.projects = names.map((one, index) => ({
      path: `projects/${name}-${one}`,
      kind: "Project" as const,
      number: `projects/${digits(10 + index)}`,
      displayName: `${name} ${one}`,
      parent: folder,
    }));
    this.projects.push({
      path: `projects/sys-${digits(30)}${digits(31)}`,
      kind: "Project",
      number: `projects/${digits(32)}`,
      displayName: "Untitled project",
      parent: path,
    });
  }

  get all(): Container[] {
    return [this.organization, ...this.folders, ...this.projects];
  }

  /** Projects in which people work. */
  get working(): Container[] {
    return this.projects.filter(({ path }) => !path.startsWith("projects/sys-"));
  }

  at(path: string): Container | undefined {
    return this.all.find((one) => one.path === path || one.number === path);
  }

  project(index: number): Container {
    const { working } = this;
    return working[index % working.length] as Container;
  }
}
