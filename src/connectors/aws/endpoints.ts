import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { AwsScope } from "#src/connector-kit/sigv4.ts";

export interface RoleName {
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  partition: string;
  account: string;
  /** With its path: `security/Gatehouse`. */
  name: string;
}

export function roleOf(settings: Settings): RoleName {
  const [, partition = "aws", , , account = "", resource = ""] = (settings.roleArn ?? "").split(":");
  return { partition, account, name: resource.replace(/^role\//, "") };
}

const suffixOf = (settings: Settings) =>
  roleOf(settings).partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

/** Where global services are, and what their calls are signed for. */
const globalRegions: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-cn": "cn-north-1",
};

export function globalRegion(settings: Settings): string {
  return globalRegions[roleOf(settings).partition] ?? "us-east-1";
}

/** `https://cloudtrail.eu-west-1.amazonaws.com`. */
export function endpoint(settings: Settings, service: string, region: string): string {
  return `https://${service}.${region}.${suffixOf(settings)}`;
}

/** https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
export function iamEndpoint(settings: Settings): string {
  const { partition } = roleOf(settings);
  if (partition === "aws") return "https://iam.amazonaws.com/";
  return partition === "aws-us-gov"
    ? "https://iam.us-gov.amazonaws.com/"
    : `${endpoint(settings, "iam", globalRegion(settings))}/`;
}

/** What a call is signed for, read from its host: `s3.eu-west-1.amazonaws.com`, `111122223333.s3-control.eu-west-1.amazonaws.com`, `iam.amazonaws.com`. */
export function scopeOf(host: string, settings: Settings): AwsScope {
  const labels = host.replace(/\.amazonaws\.com(\.cn)?$/, "").split(".");
  const [service = ""] = labels.length > 2 ? labels.slice(-2) : labels;
  const region = labels.length > 1 ? labels.at(-1) : undefined;
  return {
    service: service === "s3-control" ? "s3" : service,
    region: region === undefined || region === "us-gov" ? globalRegion(settings) : region,
  };
}
