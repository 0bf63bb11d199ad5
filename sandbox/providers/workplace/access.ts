import { createHmac } from "node:crypto";
import type { Api, ApiRoute, Call, OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { tenantNamed } from "../../tokens.ts";
import { missesScope } from "../../trouble.ts";
import * as answers from "./answers.ts";
import { tokenPrefix } from "./app.ts";
import type { WorkplaceTenant } from "./tenant.ts";

/** What a token may see: an integration that was not added to "All groups" sees none. */
export interface Caller {
  allGroups: boolean;
}

export type WorkplaceCall = Call<WorkplaceTenant, Caller>;

/** The Graph API and SCIM: they let in the same callers, and refuse them in their own words. */
export function apiOf(
  routes: ApiRoute<WorkplaceTenant, Caller>[],
  refused: (refusal: answers.Refusal) => SandboxResponse,
  options: { proof: boolean; headers?: (call: OpenCall<WorkplaceTenant>) => Record<string, string> },
): Api<WorkplaceTenant, Caller> {
  return {
    routes,
    find(request, kit) {
      if (!request.headers["user-agent"]) return { refusal: refused(answers.noUserAgent) };
      const token = credentialOf(request, "Bearer");
      if (!token) return { refusal: refused(answers.missingToken) };
      const name = tenantNamed(token, tokenPrefix) ?? "";
      const tenant = kit.tenant("workplace", name) as WorkplaceTenant | undefined;
      return tenant ? { tenant } : { refusal: refused(answers.malformedToken) };
    },
    serverError: (_, status) => refused(answers.unavailable(status)),
    rateLimited: () => limited(refused),
    authenticate(call) {
      const { tenant, request } = call;
      const token = credentialOf(request, "Bearer") ?? "";
      const granted = tenant.granted(token);
      if (tenant.faults.revoked) return { refusal: refused(answers.appRemoved) };
      if (tenant.faults.unauthorized || granted === "reset") return { refusal: refused(answers.tokenReset) };
      if (!granted) return { refusal: refused(answers.malformedToken) };
      const wrong = options.proof ? wrongProof(call, token, granted.needsProof) : undefined;
      return wrong ? { refusal: refused(wrong) } : { caller: granted };
    },
    limit: ({ tenant, now }) =>
      tenant.isOverLimit(now) ? { headers: {}, refusal: limited(refused) } : { headers: {} },
    refuse({ tenant, request }, permission) {
      const writing = request.method !== "GET";
      if (writing && tenant.readOnly) return refused(answers.readOnly);
      if (!missesScope(tenant, permission)) return undefined;
      return refused(answers.permissionMissing(permission, writing));
    },
    noRoute: ({ request }) => {
      const message = `Unsupported ${request.method.toLowerCase()} request. Please read the Graph API documentation`;
      return refused({ status: 400, code: 100, type: "GraphMethodException", message });
    },
    ...(options.headers && { headers: options.headers }),
  };
}

/** How much of the hour's calls is used, in percent. */
export function usage(percent: number): Record<string, string> {
  const figures = { call_count: percent, total_time: Math.floor(percent / 2), total_cputime: Math.floor(percent / 3) };
  return { "x-app-usage": JSON.stringify(figures), "facebook-api-version": "v18.0" };
}

function limited(refused: (refusal: answers.Refusal) => SandboxResponse): SandboxResponse {
  const answer = refused(answers.limitReached);
  return { ...answer, headers: { ...usage(100), ...answer.headers } };
}

/** HMAC of `token|time` with the app's secret, good for five minutes. */
function wrongProof(
  { tenant, request, now }: OpenCall<WorkplaceTenant>,
  token: string,
  needed: boolean,
): answers.Refusal | undefined {
  const proof = request.query.get("appsecret_proof");
  if (!proof)
    return needed ? answers.badProof("API calls from the server require an appsecret_proof argument") : undefined;
  const time = request.query.get("appsecret_time");
  const expected = createHmac("sha256", tenant.app.secret).update(`${token}|${time}`).digest("hex");
  const isRecent = Math.abs(now / 1000 - Number(time)) <= 300;
  if (!isRecent || proof !== expected) return answers.badProof("Invalid appsecret_proof provided in the API argument");
  return undefined;
}

/** Graph parameters of a writing call come in the address or in a form. */
export function parameter(request: SandboxRequest, name: string): string | null {
  return request.query.get(name) ?? new URLSearchParams(request.body.toString("utf8")).get(name);
}
