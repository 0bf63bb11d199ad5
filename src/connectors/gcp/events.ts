import type { ActivityCategory } from "#src/connector-kit/contract/kinds.ts";
import { defineVocabulary, guessed } from "#src/connector-kit/vocabulary.ts";
import { adminEvents, dataEvents } from "./events-admin.ts";
import { accountEvents, signInEvents } from "./events-sign-in.ts";
import { deedOf, isReading, spell } from "./methods.ts";

/**
 * Google Cloud has some 20,000 methods, whose names are words: what the tables do not have is worded by its name, and only a name without a
 * verb is unknown. Sources: https://cloud.google.com/logging/docs/audit/services, https://google.aip.dev/130
 */
export const vocabulary = defineVocabulary({
  tables: [
    { category: "LOG_ON", events: signInEvents },
    { category: "USER", events: accountEvents },
    { category: "ADMIN", events: adminEvents },
    { category: "USER", events: dataEvents },
  ],
  exceptions: [
    (spelled) => (changesAccess.test(spelled) ? "{actor} changed who has access to the {resource}[: {delta}]" : null),
  ],
  rules: [
    (spelled) => {
      const deed = deedOf(spelled);
      if (deed === null) return null;
      const about = deed.noun === null ? "{did}[: {resource}]" : "{did} {object}[ in {project}]";
      return `{actor} ${about.replace("{did}", deed.did)}`;
    },
  ],
  categoryOf,
  guess: (_, __, written) => guessed(written).replace("[: {target}]", "[: {resource}]"),
  spell,
  lexicon: {
    pasts: {
      ...{ CreateServiceAccount: "created", DeleteServiceAccount: "deleted", UndeleteServiceAccount: "restored" },
      ...{ DisableServiceAccount: "disabled", EnableServiceAccount: "enabled" },
      ...{
        UpdateServiceAccount: "changed",
        PatchServiceAccount: "changed",
        Encrypt: "encrypted",
        Decrypt: "decrypted",
      },
      ...{ update: "changed", patch: "changed", addGroupMember: "added", removeGroupMember: "removed" },
      ...{ createUser: "created", deleteUser: "deleted", undeleteUser: "restored", suspendUser: "suspended" },
      ...{ unsuspendUser: "lifted the suspension of", assignRole: "assigned", unassignRole: "took away" },
      ...{ grantAdminPrivilege: "granted", revokeAdminPrivilege: "revoked" },
    },
  },
});

const changesAccess = /(^|\.)set(Project)?Iam(Policy|Policies|Permissions)$/i;

/** People's and programs' work with what is there, beside administration. */
const workloads = new RegExp(
  `^(${[
    "compute\\.(instances|disks|regionDisks|snapshots|images|machineImages|instanceGroup\\w*|instanceTemplates|autoscalers)",
    "container|io\\.k8s(?=\\.(?!rbac|authentication|authorization|admissionregistration|certificates))",
    "run|functions|cloudfunctions|appengine|bigquery|jobservice|tableservice|tabledataservice|datasetservice",
    "storage\\.objects|cloudsql|sql|pubsub|dataflow|dataproc|orchestration|aiplatform|devtools|spanner|firestore|datastore|redis",
    "deploymentmanager|workflows|batch|notebooks|dataform|datafusion|scheduler|tasks|eventarc|privacy\\.dlp",
  ].join("|")})\\.`,
  "i",
);

/** Of what the tables do not name. */
function categoryOf(spelled: string): ActivityCategory {
  if (changesAccess.test(spelled)) return "ADMIN";
  if (spelled.startsWith("login.")) return "LOG_ON";
  return isReading(spelled) || workloads.test(spelled) ? "USER" : "ADMIN";
}
