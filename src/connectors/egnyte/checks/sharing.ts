import type { Check } from "#src/connector-kit/contract/checks.ts";
import { checkOf, found } from "./check.ts";

/** How far the content of the domain reaches. */
export const sharingChecks: readonly Check[] = [
  checkOf("publicLinks", {
    slug: "egnyte-public-link-expiry",
    title: "Let public links expire",
    description: "A link that opens for anybody ends after a time or a number of clicks.",
    remediation:
      "Egnyte → **Settings** → **Configuration** → **Sharing**: require an expiry of public links; delete or limit those that exist.",
    ...{ severity: "HIGH", maxPoints: 8 },
    passes: ({ withoutEnd }) => withoutEnd.count === 0,
    evidence: ({ total, withoutEnd }) => ({ total, withoutEnd }),
    examples: {
      pass: { total: 4, withoutEnd: found(), toFolders: found() },
      fail: { total: 4, withoutEnd: found("/Shared/Plans/plan.pdf"), toFolders: found() },
    },
  }),
  checkOf("publicLinks", {
    slug: "egnyte-public-folder-links",
    title: "Have no public links to folders",
    description: "A public link to a folder opens what is put into the folder later, too.",
    remediation: "Egnyte → **Shared links**: replace these links by links for named recipients.",
    ...{ severity: "HIGH", maxPoints: 8 },
    passes: ({ toFolders }) => toFolders.count === 0,
    evidence: ({ total, toFolders }) => ({ total, toFolders }),
    examples: {
      pass: { total: 4, withoutEnd: found(), toFolders: found() },
      fail: { total: 4, withoutEnd: found(), toFolders: found("/Shared/Plans") },
    },
  }),
  checkOf("folders", {
    slug: "egnyte-folder-link-policy",
    title: "Restrict public links in top folders",
    description:
      "A folder decides whether public links may lead to files only, or to nothing. The first 25 folders below /Shared are read.",
    remediation: "The folder → **More** → **Folder options** → *Public links*: *Files only*, or *Disabled*.",
    ...{ severity: "MEDIUM", maxPoints: 5 },
    passes: ({ openToLinks }) => openToLinks.count === 0,
    evidence: ({ total, read, openToLinks }) => ({ total, read, openToLinks }),
    examples: {
      pass: { total: 3, read: 3, openToLinks: found() },
      fail: { total: 3, read: 3, openToLinks: found("/Shared/Sales") },
    },
  }),
  checkOf("permissions", {
    slug: "egnyte-direct-permissions",
    title: "Give permissions on top folders to groups",
    description:
      "Permissions of single people are forgotten when they change jobs. The first 25 folders below /Shared are read.",
    remediation: "The folder → **Permissions**: give the permission to a group, and take it from the people.",
    ...{ severity: "LOW", maxPoints: 3 },
    passes: ({ toSinglePeople }) => toSinglePeople.count === 0,
    evidence: ({ total, read, toSinglePeople }) => ({ total, read, toSinglePeople }),
    examples: {
      pass: { total: 3, read: 3, toSinglePeople: found(), broad: found() },
      fail: { total: 3, read: 3, toSinglePeople: found("/Shared/Sales"), broad: found() },
    },
  }),
  checkOf("permissions", {
    slug: "egnyte-broad-permissions",
    title: "Let no group of everybody own a top folder",
    description:
      "*Full* and *Owner* allow deleting and sharing everything below. *All Power Users* and *All Standard Users* hold it on no folder. The first 25 folders below /Shared are read.",
    remediation: "The folder → **Permissions**: lower the permission of the group to *Editor* or *Viewer*.",
    ...{ severity: "HIGH", maxPoints: 6 },
    passes: ({ broad }) => broad.count === 0,
    evidence: ({ total, read, broad }) => ({ total, read, broad }),
    examples: {
      pass: { total: 3, read: 3, toSinglePeople: found(), broad: found() },
      fail: { total: 3, read: 3, toSinglePeople: found(), broad: found("/Shared/Company") },
    },
  }),
];
