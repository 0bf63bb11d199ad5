/** A flag of an account by which Smartsheet gives rights. */
interface Role {
  flag: "admin" | "groupAdmin" | "licensedSheetCreator" | "resourceViewer";
  name: string;
  isAdmin: boolean;
}

export const roles: readonly Role[] = [
  { flag: "admin", name: "System Admin", isAdmin: true },
  { flag: "groupAdmin", name: "Group Admin", isAdmin: true },
  { flag: "licensedSheetCreator", name: "Licensed user", isAdmin: false },
  { flag: "resourceViewer", name: "Resource viewer", isAdmin: false },
];
