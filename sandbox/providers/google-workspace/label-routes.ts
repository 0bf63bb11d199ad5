import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall, WorkspaceRoute } from "./access.ts";
import type { Placed } from "./drives.ts";
import { driveApi, withFile } from "./file-routes.ts";
import { appliedRecord, labelRecord } from "./labels.ts";
import { scopes } from "./scopes.ts";

/** Labels of a file are found in shared drives, too, without being asked for: the call has no parameter for it. */
const anywhere = (run: (call: WorkspaceCall, file: Placed) => SandboxResponse, rights: "read" | "share") => {
  const found = withFile(run, rights);
  return (call: WorkspaceCall) => found({ ...call, parameters: { ...call.parameters, any: "true" } });
};

export const labelRoutes: WorkspaceRoute[] = [
  guarded("GET", "/v2/labels", scopes.labels, ({ tenant, caller, request }) => {
    if (request.query.get("useAdminAccess") === "true" && !tenant.people.isSuperAdmin(caller.person))
      return googleError(403, "forbidden", "The caller does not have permission");
    return { status: 200, body: { labels: tenant.labels.all.map(labelRecord) } };
  }),
  guarded("GET", `${driveApi}/files/:id/listLabels`, scopes.readDrive, anywhere(listLabels, "read")),
  guarded("POST", `${driveApi}/files/:id/modifyLabels`, scopes.writeDrive, anywhere(modifyLabels, "share")),
];

function listLabels({ tenant, parameters }: WorkspaceCall, { item }: Placed): SandboxResponse {
  const labels = [...tenant.labels.on(parameters.id ?? "", item.number)];
  return {
    status: 200,
    body: { kind: "drive#labelList", labels: labels.map(([id, fields]) => appliedRecord(id, fields)) },
  };
}

interface Modification {
  labelId?: string;
  removeLabel?: boolean;
  fieldModifications?: { fieldId?: string; setSelectionValues?: string[] }[];
}

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/modifyLabels */
function modifyLabels({ tenant, parameters, request, caller, now }: WorkspaceCall, file: Placed): SandboxResponse {
  const id = parameters.id ?? "";
  const labels = new Map(tenant.labels.on(id, file.item.number));
  const { labelModifications = [] } = (jsonBody(request) ?? {}) as { labelModifications?: Modification[] };
  for (const { labelId = "", removeLabel, fieldModifications = [] } of labelModifications) {
    if (!tenant.labels.all.some((label) => label.id === labelId))
      return googleError(400, "invalid", `The label ${labelId} does not exist.`);
    if (removeLabel) {
      labels.delete(labelId);
      continue;
    }
    const chosen = { ...labels.get(labelId) };
    for (const { fieldId = "", setSelectionValues = [] } of fieldModifications)
      chosen[fieldId] = setSelectionValues[0] ?? "";
    labels.set(labelId, chosen);
  }
  tenant.labels.set(id, labels);
  // Noted in the feed, with the name that the file has already.
  file.shelf.drive.rename(file.item.number, file.item.name, caller.person, now);
  tenant.touched(file);
  const modifiedLabels = [...labels].map(([label, fields]) => appliedRecord(label, fields));
  return { status: 200, body: { kind: "drive#modifyLabels", modifiedLabels } };
}
