import { type Api, type ApiRoute, guarded, serveApi } from "../../kit/api.ts";
import type { Provider } from "../../provider.ts";
import { authenticate, type Caller, find, limit, refuse } from "./access.ts";
import { awsError, json, xmlAnswer } from "./answers.ts";
import { flags } from "./buckets.ts";
import { changes } from "./changes.ts";
import { iamCall, stsCall } from "./iam-routes.ts";
import { targetCall } from "./log-routes.ts";
import { bucketCall, listBuckets } from "./s3-routes.ts";
import { AwsTenant } from "./tenant.ts";

const slug = "aws";
type Routes = ApiRoute<AwsTenant, Caller>[];

/** Operations stand in the body or in a header for many services: what they need is asked there. */
const post = (run: (call: Parameters<typeof iamCall>[0]) => ReturnType<typeof iamCall>): Routes => [
  guarded("POST", "/", "", run),
];
const methods = ["GET", "PUT", "DELETE"] as const;
const bucketRoutes: Routes = methods.map((method) => guarded(method, "/:bucket", "", bucketCall));

const enabled = ["us-east-1", "us-west-2"];

/** By the service in the host. */
const apis: Readonly<Record<string, Routes>> = {
  iam: post(iamCall),
  sts: post(stsCall),
  cloudtrail: post(targetCall),
  config: post(targetCall),
  s3: [guarded("GET", "/", "", listBuckets), ...bucketRoutes],
  "s3-control": [
    guarded("GET", "/v20180820/configuration/publicAccessBlock", "s3:GetAccountPublicAccessBlock", () =>
      xmlAnswer("PublicAccessBlockConfiguration", Object.fromEntries(flags.map((flag) => [flag, false]))),
    ),
  ],
  account: [
    guarded("POST", "/listRegions", "account:ListRegions", () =>
      json({ Regions: enabled.map((RegionName) => ({ RegionName, RegionOptStatus: "ENABLED_BY_DEFAULT" })) }),
    ),
    guarded("POST", "/getAlternateContact", "account:GetAlternateContact", ({ request }) =>
      awsError(
        request.host,
        404,
        "ResourceNotFoundException",
        "No contact of the inputted alternate contact type found.",
      ),
    ),
  ],
  "access-analyzer": [
    guarded("GET", "/analyzer", "access-analyzer:ListAnalyzers", ({ tenant, request }) => {
      const region = request.host.split(".")[1];
      const arn = `arn:aws:access-analyzer:${region}:${tenant.account}:analyzer/all`;
      const createdAt = new Date(tenant.options.createdAt).toISOString();
      return json({
        analyzers: region === "us-east-1" ? [{ arn, name: "all", type: "ACCOUNT", status: "ACTIVE", createdAt }] : [],
      });
    }),
  ],
  guardduty: [
    guarded("GET", "/detector", "guardduty:ListDetectors", () =>
      json({ detectorIds: ["12abc34d567e8fa901bc2d34e56789f0"] }),
    ),
  ],
};

const serviceIn = (host: string) => /^(?:\d{12}\.)?([\w-]+)(?:\.[\w-]+)?\.amazonaws\.com$/.exec(host)?.[1] ?? "";

const api: Omit<Api<AwsTenant, Caller>, "routes" | "serverError"> = {
  find,
  rateLimited: ({ request }) => awsError(request.host, 400, "Throttling", "Rate exceeded"),
  authenticate,
  limit,
  refuse,
  noRoute: ({ request }) => awsError(request.host, 404, "UnknownOperationException", "There is no such operation."),
};

export const aws: Provider = {
  slug,
  serves: (host) => Object.hasOwn(apis, serviceIn(host)),
  createTenant: (options, kit) => new AwsTenant(options, kit, changes),
  handle: (request, kit) =>
    serveApi(
      {
        ...api,
        routes: apis[serviceIn(request.host)] ?? [],
        serverError: (_, status) => awsError(request.host, status, "ServiceUnavailable", "Try again."),
      },
      request,
      kit,
    ),
};
