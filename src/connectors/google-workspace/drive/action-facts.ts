import type { ActionFact } from "#src/connector-kit/contract/manifest.ts";
import { scopes } from "../scopes.ts";

const change = { scopes: [scopes.writeDrive] } as const;
const restored = { ...change, undo: "RESTORE_FILE" } as const;

/** Actions on files; each is done in the name of the owner, or of a member of the shared drive. */
export const fileActions = {
  QUARANTINE_FILE: {
    ...restored,
    note: "Takes everybody else's access and moves the file to the folder “Gatehouse quarantine” at the top of its drive: the owner keeps it, and in a shared drive those who manage it.",
  },
  RESTORE_FILE: change,
  TRASH_FILE: { ...restored, note: "Google deletes what is in the trash permanently after 30 days." },
  REMOVE_PUBLIC_SHARING: {
    ...restored,
    note: "The link of the file itself. A link of a folder above it is removed there.",
  },
  REDUCE_PUBLIC_ACCESS: {
    scopes: [scopes.writeDrive, scopes.customer],
    undo: "RESTORE_FILE",
    note: "Who has the link and belongs to the organisation keeps the access.",
  },
  SET_SHARED_LINK_ACCESS: {
    scopes: [scopes.writeDrive, scopes.customer],
    undo: "RESTORE_FILE",
    note: "Audience PUBLIC, INTERNAL for the primary domain, or PRIVATE for people who are named.",
  },
  REMOVE_COLLABORATOR: {
    ...restored,
    note: "Of the file itself. Who has access through a folder above it, or as a member of the shared drive, is removed there.",
  },
  REMOVE_EXTERNAL_USERS: {
    scopes: [scopes.writeDrive, scopes.domains],
    undo: "RESTORE_FILE",
    note: "People, groups and domains outside of the organisation's domains.",
  },
  MAKE_PRIVATE: { ...restored, note: "Links and people of the file itself. What comes from above it stays." },
  INHERIT_PARENT_PERMISSIONS: restored,
  TRANSFER_FILE_OWNERSHIP: {
    ...change,
    undo: "TRANSFER_FILE_OWNERSHIP",
    note: "Within the organisation. The file stays in its folder, and the former owner an editor.",
  },
  APPLY_LABEL: {
    scopes: [scopes.writeDrive, scopes.labels],
    undo: "REMOVE_LABEL",
    note: "A published label by its title, with a choice as “Sensitivity: Confidential”.",
  },
  REMOVE_LABEL: { scopes: [scopes.writeDrive, scopes.labels], undo: "APPLY_LABEL" },
} as const satisfies Readonly<Record<string, ActionFact>>;
