import { type FilePolicyMatchRow, filePolicyMatchList } from "#src/detection/policies/files/matches.ts";
import { builder } from "./builder.ts";
import { connectionOf, nestedConnection, pagingArgs } from "./connections.ts";
import { describedEnum } from "./described-enum.ts";
import { AlertRef, FileRef, PolicyRef } from "./refs.ts";

const FilePolicyMatchEnd = describedEnum("FilePolicyMatchEnd", "Reason why a file no longer matches a policy.", {
  FILE_CHANGED: "The file changed, or what content inspection finds in it.",
  FILE_REMOVED: "The app no longer has the file.",
  POLICY_CHANGED: "The filter, the content condition or the scope of the policy changed.",
  POLICY_DISABLED: "The policy was disabled.",
});

const FilePolicyMatchRef = builder.objectRef<FilePolicyMatchRow>("FilePolicyMatch").implement({
  description: "The time during which a file matches a policy.",
  fields: (t) => ({
    file: t.field({
      type: FileRef,
      nullable: true,
      description: "The file. Null if it is past the retention period.",
      resolve: ({ instanceId, fileId }, _, context) => context.load.file.load({ instanceId, externalId: fileId }),
    }),
    matchedAt: t.expose("matchedAt", { type: "DateTime", description: "When the file was found to match." }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the file was found to match no longer. Null while it matches.",
    }),
    endReason: t.expose("endReason", {
      type: FilePolicyMatchEnd,
      nullable: true,
      description: "Reason why the file no longer matches. Null while it matches.",
    }),
    alert: t.field({
      type: AlertRef,
      nullable: true,
      description:
        "The alert that the match raised, or of which it is an occurrence. Null if it is past the retention period.",
      resolve: ({ instanceId, alertId }, _, context) => context.load.alert.load({ instanceId, id: alertId }),
    }),
  }),
});

const FilePolicyMatchConnection = connectionOf("FilePolicyMatch", FilePolicyMatchRef);

builder.objectField(PolicyRef, "fileMatches", (t) =>
  t.field({
    type: FilePolicyMatchConnection,
    description: "Files that match the policy, the newest match first. Empty unless the kind is FILE.",
    args: {
      first: t.arg.int({ description: pagingArgs.first }),
      after: t.arg.string({ description: pagingArgs.after }),
      ended: t.arg.boolean({
        description: "True returns the matches that have ended, false those that go on. Default false.",
      }),
    },
    resolve: ({ id }, { ended, ...args }, context) =>
      nestedConnection<FilePolicyMatchRow>(
        context,
        "policy.fileMatches",
        args,
        { ended: ended ?? false },
        () => filePolicyMatchList(context.core.db, context.viewer, ended ?? false),
        { instanceId: 0, externalId: String(id) },
      ),
  }),
);

builder.objectField(FileRef, "policies", (t) =>
  t.field({
    type: [PolicyRef],
    description: "Policies that the file matches now.",
    resolve: (file, _, context) => context.load.policiesOfFile.load(file),
  }),
);
