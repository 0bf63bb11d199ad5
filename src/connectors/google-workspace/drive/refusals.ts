import type { Refusal } from "#src/connector-kit/refusals.ts";

/** Of one file or person, where other refusals with 403 are of the instance. https://developers.google.com/workspace/drive/api/guides/handle-errors */
export const driveRefusals: readonly Refusal[] = [
  {
    ...{ status: 403, codes: ["domainPolicy"], kind: "notFound" },
    message: ({ message }) => `Drive is switched off for this person${message}`,
  },
  {
    status: 403,
    codes: [
      ...["insufficientFilePermissions", "appNotAuthorizedToFile", "cannotDownloadFile", "cannotDownloadAbusiveFile"],
      ...["cannotModifyInheritedPermission", "cannotModifyInheritedTeamDrivePermission", "cannotDeletePermission"],
      ...[
        "shareOutNotPermitted",
        "publishOutNotPermitted",
        "invalidSharingRequest",
        "ownershipChangeAcrossDomainNotPermitted",
      ],
      ...["exportSizeLimitExceeded", "fileNotExportable", "fileNotDownloadable", "teamDriveDomainUsersOnlyRestriction"],
    ],
    kind: "request",
    message: ({ code, message }) => `Google does not allow this for the file (${code})${message}`,
  },
];
