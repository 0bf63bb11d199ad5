import { describedEnum } from "./described-enum.ts";

export const SharingLevel = describedEnum("SharingLevel", "Who can open a file, in effect.", {
  PRIVATE: "Only the owner.",
  INTERNAL: "People of the organisation's domains.",
  EXTERNAL: "A person, group or domain outside of the organisation.",
  PUBLIC:
    "Anybody who has the link, or anybody on the web. A password or an expiry in the future does not change that.",
});

export const PrincipalKind = describedEnum("PrincipalKind", "The kind of a collaborator.", {
  USER: "One person.",
  GROUP: "The members of a group.",
  DOMAIN: "Everybody with an e-mail address of a domain.",
  ANYONE: "Anybody, without signing in.",
});

export const FileRole = describedEnum("FileRole", "What a collaborator may do with a file.", {
  READ: "Open it.",
  COMMENT: "Open it and comment on it.",
  WRITE: "Change it.",
  OWNER: "Change it, share it and delete it, as its owner.",
});

export const InspectionStatus = describedEnum("InspectionStatus", "The status of the inspection of a file's content.", {
  NOT_REQUESTED: "No policy and no admin asked for it.",
  PENDING: "It waits for its turn.",
  INSPECTED: "The content was inspected.",
  TOO_LARGE: "The file is larger than the size limit.",
  ENCRYPTED: "The content is encrypted or protected by a password.",
  UNSUPPORTED_TYPE: "Content of this type cannot be read.",
  CORRUPT: "The content is damaged.",
  TIMED_OUT: "The inspection took too long and was ended.",
  DENIED: "The app refused to hand out the content.",
  NOT_AVAILABLE: "The file has no content, or the app does not offer it.",
  FAILED: "The inspection failed. `reason` states the cause.",
});

export const Confidence = describedEnum("Confidence", "How sure a detector is of a match.", {
  LOW: "The pattern alone matches.",
  MEDIUM: "The pattern matches, and a checksum or words around it confirm it.",
  HIGH: "The pattern, its checksum and words around it agree.",
});

export const FileOrderField = describedEnum("FileOrderField", "What files are ordered by.", {
  MODIFIED: "When the file was last changed, or first seen if the app does not state it.",
  NAME: "Name, without regard to case, by its first 100 characters.",
  SIZE: "Size in bytes. Files without a size, such as folders, come before all others.",
});

export const OrderDirection = describedEnum("OrderDirection", "The direction of an order.", {
  ASC: "Ascending.",
  DESC: "Descending.",
});

export const FileGrouping = describedEnum("FileGrouping", "The value by which files are counted.", {
  SHARING: "Group by sharing level. The key is empty if the level is not known.",
  INSTANCE: "Group by instance. The key is the id of the instance.",
  OWNER: "Group by owner. The key is the id of the account, and empty for owners that are not known accounts.",
  TYPE: "Group by extension of the name. The key is empty if there is none.",
  LABEL: "Group by label. A file with several labels counts for each; one without any does not count.",
});
