/** Names of the folders below /Shared. */
export const topFolders = ["Engineering", "Finance", "Legal & Contracts", "Sales", "Company"] as const;

export interface Link {
  id: string;
  path: string;
  type: "file" | "folder" | "upload";
  accessibility: "anyone" | "password" | "domain" | "recipients";
  expiry_date?: string;
  recipients: string[];
}

/** A link that nobody remembers, one to a folder, and some that are as they should be. */
export function linksOf(domain: string): Link[] {
  const link = (number: number, path: string, more: Partial<Link>): Link => ({
    ...{
      id: `lnk${String(number).padStart(7, "0")}`,
      path,
      type: "file",
      accessibility: "anyone",
      recipients: [],
      ...more,
    },
  });
  return [
    link(1, "/Shared/Sales/prices.xlsx", {}),
    link(2, "/Shared/Company", { type: "folder", expiry_date: "2030-01-01" }),
    link(3, "/Shared/Finance/plan.xlsx", { expiry_date: "2030-01-01" }),
    link(4, "/Shared/Finance/plan.xlsx", { accessibility: "domain" }),
    link(5, "/Shared/Sales/offer.docx", { accessibility: "recipients", recipients: ["buyer@partner.example"] }),
    link(6, "/Shared/Sales/offer.docx", { accessibility: "password", recipients: [`sales@${domain}`] }),
  ];
}

/** Who has what on a top folder. */
export function permissionsOf(folder: string, someone: string): Record<string, unknown> {
  return {
    userPerms: folder === "Sales" ? { [someone]: "Editor" } : {},
    groupPerms: { "All Administrators": "Owner", "All Power Users": folder === "Company" ? "Full" : "Viewer" },
    inheritsPermissions: false,
  };
}
