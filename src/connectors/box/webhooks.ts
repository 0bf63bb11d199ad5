import { deleteIfThere, ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { WebhookRequest, Webhooks } from "#src/connector-kit/contract/webhooks.ts";
import { idOf, type Json, listOf, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { headerOf, jsonObjectOf, proveHmac, proveTime } from "#src/connector-kit/webhook.ts";
import { WebhookRejectedError } from "#src/errors.ts";
import { readAll } from "./api.ts";

const hooks = "/2.0/webhooks";

/** Everything that may change a file, its place or its sharing. */
const triggers = [
  ...["UPLOADED", "TRASHED", "DELETED", "RESTORED", "COPIED", "MOVED", "RENAMED"].map((what) => `FILE.${what}`),
  ...["CREATED", "RENAMED", "RESTORED", "DELETED", "COPIED", "MOVED", "TRASHED"].map((what) => `FOLDER.${what}`),
  ...["CREATED", "UPDATED", "DELETED"].map((what) => `SHARED_LINK.${what}`),
  ...["CREATED", "ACCEPTED", "REMOVED", "UPDATED"].map((what) => `COLLABORATION.${what}`),
  ...["CREATED", "UPDATED", "DELETED"].map((what) => `METADATA_INSTANCE.${what}`),
];

/** One webhook for each watched folder, and what lies in it; Box takes none for a root. https://developer.box.com/guides/webhooks/v2/ */
export const webhooks: Webhooks = {
  async register(context, { url }) {
    const folders = watched(context.settings);
    const known = folders.length === 0 ? [] : await ourHooks(context, folders);
    const ids: string[] = [];
    for (const folder of folders) ids.push(await settle(context, folder, url, known));
    return { ids: ids.join(",") };
  },

  async unregister(context, { ids = "" }) {
    for (const id of ids.split(",").filter(Boolean)) await deleteIfThere(context, `${hooks}/${encodeURIComponent(id)}`);
  },

  /**
   * Signed with two keys, of which either may be in exchange; the signature covers body and time.
   * Source: https://developer.box.com/guides/webhooks/v2/signatures-v2/
   */
  receive(request, { settings, now }) {
    proveEither(request, settings);
    proveTime(headerOf(request, "box-delivery-timestamp"), now, 600);
    const delivery = jsonObjectOf(request);
    const deliveryId = textOf(delivery.id);
    return { refresh: [{ stream: "FILES", part: "changes" }, "ACTIVITIES"], ...(deliveryId ? { deliveryId } : {}) };
  },
};

function watched({ watchedFolders = "" }: Settings): string[] {
  return watchedFolders.split(",").filter(Boolean);
}

/** Those of the app and account that we sign in with: nobody else sees them. The list does not hold their addresses. */
async function ourHooks({ http, ...context }: Context, folders: readonly string[]): Promise<Json[]> {
  const listed = await readAll({ http, ...context }, "webhooks", `${hooks}?limit=200`);
  const wanted = listed.map(objectOf).filter(({ target }) => folders.includes(idOf(objectOf(target).id) ?? ""));
  const read = (id: unknown) => ifThere(() => http.get(`${hooks}/${encodeURIComponent(needId(id, "entries.id"))}`));
  const found: Json[] = [];
  for (const { id } of wanted) found.push(objectOf((await read(id))?.body));
  return found;
}

/** Box takes one webhook for a folder, app and account: the one that is there gets our address. */
async function settle({ http }: Context, folder: string, address: string, known: readonly Json[]): Promise<string> {
  const target = { id: folder, type: "folder" };
  const hook = known.find((one) => idOf(objectOf(one.target).id) === folder);
  if (!hook) {
    const { body } = await http.post(hooks, { json: { target, address, triggers } });
    return needId(needObject(body, "body").id, "id");
  }
  const id = needId(hook.id, "id");
  const isSame = hook.address === address && triggers.every((trigger) => listOf(hook.triggers).includes(trigger));
  if (!isSame)
    await http.request({
      method: "PUT",
      url: `${hooks}/${encodeURIComponent(id)}`,
      json: { address, triggers },
      retry: true,
    });
  return id;
}

/** Throws WebhookRejectedError when neither key made its signature. */
function proveEither(request: WebhookRequest, { webhookPrimaryKey, webhookSecondaryKey }: Settings): void {
  const parts = [request.body, headerOf(request, "box-delivery-timestamp")];
  const prove = (header: string, secret: string | undefined) =>
    proveHmac(request, { header, secrets: [secret], encoding: "base64", parts });
  try {
    prove("box-signature-primary", webhookPrimaryKey);
  } catch (error) {
    if (!(error instanceof WebhookRejectedError)) throw error;
    prove("box-signature-secondary", webhookSecondaryKey);
  }
}
