import { createHash } from "node:crypto";
import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { DriveChange } from "../../kit/drive.ts";
import type { SandboxResponse } from "../../provider.ts";
import { googleError } from "../_google/answers.ts";
import type { WorkspaceCall, WorkspaceRoute } from "./access.ts";
import type { Shelf } from "./drives.ts";
import { chosen } from "./field-mask.ts";
import { driveApi, notFound, recordFor } from "./file-routes.ts";
import { scopes } from "./scopes.ts";

/** Channels of changes end after seven days at the latest. */
const maxTermMs = 7 * 86_400_000;

export const changeRoutes: WorkspaceRoute[] = [
  guarded(
    "GET",
    `${driveApi}/changes/startPageToken`,
    scopes.readDrive,
    withFeed((_, shelf) => ({
      status: 200,
      body: { kind: "drive#startPageToken", startPageToken: String(shelf.drive.position + 1) },
    })),
  ),
  guarded("GET", `${driveApi}/changes`, scopes.readDrive, withFeed(listChanges)),
  guarded("POST", `${driveApi}/changes/watch`, scopes.readDrive, withFeed(watchChanges)),
  guarded("POST", `${driveApi}/channels/stop`, scopes.readDrive, ({ tenant, request }) => {
    const { id, resourceId } = (jsonBody(request) ?? {}) as Record<string, string>;
    const stopped = tenant.channels.stop(id ?? "", resourceId ?? "");
    return stopped ? { status: 204 } : googleError(404, "notFound", `Channel '${id}' not found for project.`);
  }),
];

/** The shared drive that is named, or the drives of the caller. */
function withFeed(
  run: (call: WorkspaceCall, shelf: Shelf) => SandboxResponse,
): (call: WorkspaceCall) => SandboxResponse {
  return (call) => {
    const driveId = call.request.query.get("driveId");
    const shelf = driveId === null ? call.tenant.drives.mine : call.tenant.drives.sharedDrive(driveId);
    const root = shelf?.drive.at(0);
    if (!shelf || !root || !call.tenant.drives.mayRead({ shelf, item: root }, call.caller.person, call.now))
      return notFound(driveId ?? "");
    return run(call, shelf);
  };
}

function listChanges(call: WorkspaceCall, shelf: Shelf): SandboxResponse {
  const { tenant, request } = call;
  const { query } = request;
  const token = Number(query.get("pageToken"));
  if (!Number.isInteger(token) || token < 1 || token > shelf.drive.position + 1)
    return googleError(400, "invalid", "Invalid Value");
  const size = Math.min(Number(query.get("pageSize") ?? 100), 1000);
  const { changes, position, more } = shelf.drive.changes(token - 1, size);
  const next = String(position + 1);
  const records = changes.flatMap((change) => changeRecord(call, shelf, change));
  const body = {
    kind: "drive#changeList",
    changes:
      tenant.faults.changedShape === undefined
        ? records
        : records.map(({ fileId, ...one }) => ({ ...one, fileId_v2: fileId })),
    ...(more ? { nextPageToken: next } : { newStartPageToken: next }),
  };
  return {
    status: 200,
    body: chosen(body, query.get("fields") ?? "kind,nextPageToken,newStartPageToken,changes(kind,fileId,removed)"),
  };
}

/** Of what the caller cannot read any more, or what was deleted, only the id is named. */
function changeRecord(call: WorkspaceCall, shelf: Shelf, { item: number, at }: DriveChange): Record<string, unknown>[] {
  const { tenant, caller, now } = call;
  const item = shelf.drive.at(number);
  const change = { kind: "drive#change", changeType: "file", type: "file", time: new Date(at).toISOString() };
  const fileId = shelf.ids.idOf(number);
  if (!item || !tenant.drives.mayRead({ shelf, item }, caller.person, now))
    return [{ ...change, fileId, removed: true }];
  return [{ ...change, fileId, removed: false, file: recordFor(call, { shelf, item }) }];
}

function watchChanges(call: WorkspaceCall, shelf: Shelf): SandboxResponse {
  const { tenant, caller, request, now } = call;
  const { id, type, address, token, expiration } = (jsonBody(request) ?? {}) as Record<string, string>;
  if (!id || type !== "web_hook" || !address) return googleError(400, "required", "Required");
  if (!/^[A-Za-z0-9\-_+/=]{1,64}$/.test(id)) return googleError(400, "channelIdInvalid", "Channel id invalid");
  const until = Math.min(Number(expiration ?? now + 3_600_000), now + maxTermMs);
  if (!(until > now)) return googleError(400, "invalid", "Invalid expiration");
  const feed = shelf.id ?? caller.person;
  const resourceId = createHash("sha256").update(`${tenant.customerId} ${feed}`).digest("base64url").slice(0, 27);
  const resourceUri = `https://www.googleapis.com${driveApi}/changes?alt=json&pageToken=${request.query.get("pageToken")}`;
  const opened = tenant.channels.open({
    id,
    resourceId,
    resourceUri,
    token,
    address,
    expiration: until,
    feed,
    messages: 0,
  });
  if (!opened) return googleError(400, "channelIdNotUnique", `Channel id ${id} not unique`);
  const body = { kind: "api#channel", id, resourceId, resourceUri, ...(token && { token }), expiration: String(until) };
  return { status: 200, body };
}
