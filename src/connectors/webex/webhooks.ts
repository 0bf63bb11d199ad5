import { deleteIfThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { jsonObjectOf, proveHmac } from "#src/connector-kit/webhook.ts";
import { readAll } from "./api.ts";

const name = "Gatehouse";
const ownedBy = "org";

/**
 * One webhook of the organization, for messages with files. Webex sends them only where real-time file DLP is switched on; Gatehouse gives no
 * verdict, so that the organization's DLP product decides, or the timer.
 * Source: https://developer.webex.com/docs/api/guides/webex-real-time-file-dlp-basics
 */
export const webhooks: Webhooks = {
  async register(context, { url, secret }) {
    const known = await ours(context, url);
    const { http } = context;
    const json = { name, targetUrl: url, secret, ownedBy };
    // Webex switches off a webhook whose deliveries fail; an update switches it on again.
    const { body } = known
      ? await http.request({
          ...{ method: "PUT", url: pathOf(needText(known.id, "id")), json: { ...json, status: "active" }, retry: true },
        })
      : await http.post("/webhooks", { json: { ...json, resource: "messages", event: "created" } });
    return { id: needText(needObject(body, "body").id, "id") };
  },

  async unregister(context, { id }) {
    if (id) await deleteIfThere(context, pathOf(id));
  },

  receive(request, { secret }) {
    // There is no SHA-256 variant: https://developer.webex.com/docs/receive-and-verify-webhooks
    proveHmac(request, { header: "X-Spark-Signature", secrets: [secret], algorithm: "sha1" });
    const messageId = textOf(objectOf(jsonObjectOf(request).data).id);
    return {
      ...(messageId === null ? {} : { deliveryId: messageId }),
      refresh: [{ stream: "FILES", part: "changes" }],
    };
  },
};

async function ours(context: Context, url: string): Promise<Json | undefined> {
  const hooks = await readAll(context, "webhooks", { url: "/webhooks", query: { ownedBy, max: 100 } });
  return hooks.find(({ targetUrl }) => targetUrl === url);
}

function pathOf(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`;
}
