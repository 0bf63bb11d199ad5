import { uuidAt } from "../../generator.ts";
import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Granted } from "../../kit/oauth-dialect.ts";
import { listingOf } from "../../kit/paging.ts";
import type { WebexRoute } from "./access.ts";
import { badRequest, hydra, iso, itemsPage, noContent, notFound, ok, problem } from "./answers.ts";
import { type Hook, signing } from "./hooks.ts";
import type { WebexTenant } from "./tenant.ts";

const [read, write] = ["spark-compliance:webhooks_read", "spark-compliance:webhooks_write"] as const;

const withHook = finding<WebexTenant, Granted, Hook>("id", ({ tenant }, id) => tenant.hooks.all.get(id), notFound);

/** Webhooks of the organization. https://developer.webex.com/docs/api/v1/webhooks */
export const hookRoutes: WebexRoute[] = [
  guarded("GET", "/v1/webhooks", read, (call) =>
    itemsPage(call, listingOf([...call.tenant.hooks.all.values()]), {
      ...{ sizes: { usual: 100, max: 100 }, write: record, stream: "webhooks", required: ["id"] },
    }),
  ),
  guarded("POST", "/v1/webhooks", write, ({ tenant, request, now }) => {
    const { name, targetUrl, resource, event, secret, ownedBy } = jsonBody(request) ?? {};
    if (!name || !URL.canParse(String(targetUrl))) return badRequest("name and targetUrl are required");
    if (ownedBy !== "org" || resource !== "messages" || event !== "created")
      return problem(403, "Only messages created of the organization are simulated.");
    const hook = tenant.hooks.add({
      ...{
        id: hydra("WEBHOOK", uuidAt(tenant.seed, tenant.hooks.all.size, 951)),
        url: String(targetUrl),
        active: true,
      },
      ...{ sign: signing(String(secret)), name: String(name), createdAt: now },
    });
    return ok(record(hook));
  }),
  guarded(
    "PUT",
    "/v1/webhooks/:id",
    write,
    withHook(({ request }, hook) => {
      const { name, targetUrl, secret, status } = jsonBody(request) ?? {};
      if (!name || !URL.canParse(String(targetUrl))) return badRequest("name and targetUrl are required");
      hook.url = String(targetUrl);
      if (secret !== undefined) hook.sign = signing(String(secret));
      if (status === "active") hook.active = true;
      return ok(record(hook));
    }),
  ),
  guarded(
    "DELETE",
    "/v1/webhooks/:id",
    write,
    withHook(({ tenant }, hook) => {
      tenant.hooks.all.delete(hook.id);
      return noContent;
    }),
  ),
];

function record({ id, name, url, active, createdAt }: Hook): Record<string, unknown> {
  return {
    ...{ id, name, targetUrl: url, resource: "messages", event: "created", status: active ? "active" : "inactive" },
    ...{ created: iso(createdAt), ownedBy: "org" },
  };
}
