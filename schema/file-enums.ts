import { describedEnum } from "./described-enum.ts";

export const SharingLevel = describedEnum("SharingLevel", "The group of people who can open a file, in effect.", {
  PRIVATE: "Nobody but the owner can open the file.",
  INTERNAL: "People of the organisation's domains can open the file.",
  EXTERNAL: "A person, group or domain outside of the organisation can open the file.",
  PUBLIC:
    "Anybody who has the link, or anybody on the web, can open the file. A password or an expiry in the future does not change that.",
});

export const PrincipalKind = describedEnum("PrincipalKind", "The kind of a collaborator.", {
  USER: "One single person.",
  GROUP: "The members of a group.",
  DOMAIN: "Everybody with an e-mail address of a domain.",
  ANYONE: "Anybody, without signing in.",
});

export const FileRole = describedEnum("FileRole", "The rights of a collaborator on a file.", {
  READ: "Can open the file.",
  COMMENT: "Can open the file and comment on it.",
  WRITE: "Can change the file.",
  OWNER: "Owns the file, and can share and delete it.",
});

export const InspectionStatus = describedEnum("InspectionStatus", "The status of the inspection of a file's content.", {
  NOT_REQUESTED: "No policy and no admin requested an inspection.",
  PENDING: "The inspection waits for a worker.",
  INSPECTED: "The whole content was inspected.",
  PARTIALLY_INSPECTED:
    "Part of the content was inspected: `reason` states what was not. No match does not mean that there is none.",
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

export const FileOrderField = describedEnum("FileOrderField", "A value by which files are ordered.", {
  MODIFIED: "Order by the time of the last change, or of the first sighting if the app states no time.",
  NAME: "Order by name, without regard to case, by its first 100 characters.",
  SIZE: "Order by size in bytes. Files without a size, such as folders, come before all others.",
});

export const OrderDirection = describedEnum("OrderDirection", "The direction of an order.", {
  ASC: "Smallest or earliest first.",
  DESC: "Largest or latest first.",
});

export const FileGrouping = describedEnum("FileGrouping", "The value by which files are counted.", {
  SHARING: "Group by sharing level. The key is empty if the level is not known.",
  INSTANCE: "Group by instance. The key is the id of the instance.",
  OWNER: "Group by owner. The key is the id of the account, and empty for owners that are not known accounts.",
  TYPE: "Group by extension of the name. The key is empty if there is none.",
  LABEL: "Group by label. A file with several labels counts for each; one without any does not count.",
});
