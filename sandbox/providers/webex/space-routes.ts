import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { WebexCall, WebexRoute } from "./access.ts";
import { badRequest, itemsPage, noContent, notFound, ok, problem } from "./answers.ts";
import type { Message } from "./spaces.ts";
import type { WebexTenant } from "./tenant.ts";

const scope = (of: string) => `spark-compliance:${of}`;
const sizes = { usual: 100, max: 1000 };

const withMessage = finding<WebexTenant, Granted, Message>(
  "id",
  ({ tenant }, id) => tenant.spaces.message(id),
  notFound,
);

export const spaceRoutes: WebexRoute[] = [
  guarded("GET", "/v1/rooms/:id", scope("rooms_read"), ({ tenant, parameters }) => {
    const room = tenant.spaces.find(parameters.id ?? "");
    return room === undefined ? notFound() : ok(tenant.spaces.record(room));
  }),
  guarded("GET", "/v1/memberships", scope("memberships_read"), listMemberships),
  guarded("POST", "/v1/memberships", scope("memberships_write"), addMember),
  guarded("DELETE", "/v1/memberships/:id", scope("memberships_write"), removeMember),
  guarded("GET", "/v1/messages", scope("messages_read"), (call) => {
    const { spaces } = call.tenant;
    const room = spaces.find(call.request.query.get("roomId") ?? "");
    if (room === undefined) return notFound();
    return itemsPage(call, listingOf(spaces.messagesIn(room)), {
      ...{ sizes: { usual: 50, max: 1000 }, stream: "messages", required: ["id", "roomId"] },
      write: (message) => spaces.messageRecord(message),
    });
  }),
  guarded(
    "GET",
    "/v1/messages/:id",
    scope("messages_read"),
    withMessage(({ tenant }, message) => ok(tenant.spaces.messageRecord(message))),
  ),
  guarded(
    "DELETE",
    "/v1/messages/:id",
    scope("messages_write"),
    withMessage(({ tenant, caller }, message) => {
      deleteMessage(tenant, message, caller.subject);
      return noContent;
    }),
  ),
  guarded("GET", "/v1/contents/:id", scope("messages_read"), content),
  guarded("HEAD", "/v1/contents/:id", scope("messages_read"), content),
];

/** Of a deleted message, its event no longer names the files. */
export function deleteMessage(tenant: WebexTenant, message: Message, actor: string): unknown {
  tenant.spaces.delete(message);
  return tenant.append({
    ...{ type: "messages.deleted", actor, room: message.room, message: { ...message, hasFile: false } },
  });
}

/** Of a space, or of a person everywhere, which only a Compliance Officer may ask for. */
function listMemberships(call: WebexCall): SandboxResponse {
  const { spaces } = call.tenant;
  const { query } = call.request;
  const [roomId, personId] = [query.get("roomId"), query.get("personId")];
  const rooms = roomId === null ? Array.from({ length: spaces.count }, (_, room) => room) : [spaces.find(roomId)];
  if (rooms.includes(undefined)) return notFound();
  const found = (rooms as number[]).flatMap((room) =>
    spaces
      .members(room)
      .filter((member) => personId === null || member.personId === personId)
      .map((member) => spaces.membership(room, member)),
  );
  return itemsPage(call, listingOf(found), {
    sizes,
    write: (one) => one,
    stream: "memberships",
    required: ["id", "roomId"],
  });
}

function addMember({ tenant, request, caller }: WebexCall): SandboxResponse {
  const { roomId, personId, isModerator } = jsonBody(request) ?? {};
  const room = tenant.spaces.find(String(roomId));
  if (room === undefined) return notFound();
  if (tenant.spaces.members(room).some((one) => one.personId === personId))
    return problem(409, "User is already a participant");
  const member = tenant.spaces.join(room, String(personId), isModerator === true);
  if (!member) return badRequest("Unknown person");
  const membership = tenant.spaces.membership(room, member);
  tenant.append({ type: "memberships.created", actor: caller.subject, room, member: membership });
  return ok(membership);
}

function removeMember({ tenant, parameters, caller }: WebexCall): SandboxResponse {
  const found = tenant.spaces.membershipOf(parameters.id ?? "");
  if (!found) return notFound();
  const { room, member } = found;
  if (tenant.spaces.isDirect(room)) return badRequest("Nobody can be removed from a direct space");
  const membership = tenant.spaces.membership(room, member);
  tenant.spaces.leave(room, member);
  tenant.append({ type: "memberships.deleted", actor: caller.subject, room, member: membership });
  return noContent;
}

/** https://developer.webex.com/docs/basics#message-attachments */
function content({ tenant, parameters }: WebexCall): SandboxResponse {
  const found = tenant.spaces.content(parameters.id ?? "");
  if (!found) return notFound();
  const { name, mimeType, bytes } = found;
  return {
    status: 200,
    headers: { "content-type": mimeType, "content-disposition": `attachment; filename="${name}"` },
    body: bytes,
  };
}
