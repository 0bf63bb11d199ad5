import { type Api, open, serveApi } from "../../kit/api.ts";
import { htmlPage } from "../../kit/consent-page.ts";
import { directoryChanges } from "../../kit/directory-changes.ts";
import type { Change } from "../../kit/tenant.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, problem, refuse, routes } from "./routes.ts";
import { ShareFileTenant } from "./tenant.ts";

const hosts = /^([a-z0-9-]+)\.(sharefile|sf-api)\.(com|eu)$/;

const api: Api<ShareFileTenant, Caller> = {
  routes: [
    open("GET", "/oauth/authorize", ({ tenant, request }) => {
      const answer = tenant.oauth.authorize(request);
      return withPlane(tenant, answer);
    }),
    open("POST", "/oauth/authorize", ({ tenant, request }) => withPlane(tenant, tenant.oauth.authorize(request))),
    open("POST", "/oauth/token", ({ tenant, request }) =>
      request.host.endsWith(`.${tenant.plane}`)
        ? tenant.oauth.token(request)
        : {
            status: 400,
            body: { error: "invalid_client", error_description: "The account is on another control plane." },
          },
    ),
    ...routes,
  ],
  find(request, kit) {
    const [, name = "", kind, ending] = hosts.exec(request.host) ?? [];
    const tenant = kit.tenant("sharefile", name) as ShareFileTenant | undefined;
    // People may begin anywhere; the API is on the account's own plane.
    const isHere = tenant && (kind === "sharefile" || tenant.plane.endsWith(`.${ending}`));
    return isHere ? { tenant } : { refusal: htmlPage(404, "ShareFile", "<p>There is no such account.</p>") };
  },
  serverError: (_, status) => problem(status, "ServiceUnavailable", "ServiceUnavailable", "Try again later."),
  rateLimited: (_, seconds) => ({
    ...problem(429, "TooManyRequests", "Throttled", "Too many requests."),
    headers: { "retry-after": String(seconds) },
  }),
  authenticate,
  refuse,
  noRoute: () => problem(404, "NotFound", "NotFound", "There is no such resource."),
};

/** The redirect after the consent names the account and its planes. */
function withPlane(tenant: ShareFileTenant, answer: ReturnType<ShareFileTenant["oauth"]["authorize"]>): typeof answer {
  const location = answer.headers?.location;
  if (typeof location !== "string" || !location.includes("code=")) return answer;
  const url = new URL(location);
  for (const [name, value] of Object.entries({
    subdomain: tenant.options.name,
    apicp: tenant.plane,
    appcp: tenant.plane,
  }))
    url.searchParams.set(name, value);
  return { ...answer, headers: { ...answer.headers, location: url.toString() } };
}

/** `POST .../changes` for ShareFile, see README.md. Nothing is logged. */
const changes: Record<string, Change<ShareFileTenant>> = {
  ...directoryChanges<ShareFileTenant>({
    status: { suspended: "disabled", active: "active" },
    events: { add: "none", delete: "none", suspend: "none", unsuspend: "none" },
    record: (tenant) => tenant.append(),
    groups: { of: ({ groups }) => groups, events: { add: "none", remove: "none" } },
  }),
  "move-to-europe": (tenant) => {
    tenant.plane = "sharefile.eu";
    return {};
  },
};

export const sharefile: Provider = {
  slug: "sharefile",
  serves: (host) => hosts.test(host),
  createTenant: (options, kit) => new ShareFileTenant(options, kit, changes),
  // `/Users(id)` as OData writes it.
  handle: (request, kit) => serveApi(api, { ...request, path: request.path.replace(/\(([^()]*)\)/g, "/$1") }, kit),
};
