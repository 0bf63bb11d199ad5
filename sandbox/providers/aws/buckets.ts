import type { TenantOptions } from "../../provider.ts";

export interface Bucket {
  name: string;
  region: string;
  createdAt: number;
  /** The four settings; undefined: none were made. */
  block: Record<string, boolean> | undefined;
  policy: { Version: string; Statement: Record<string, unknown>[] } | undefined;
  grants: { type: "CanonicalUser" | "Group"; name: string; permission: string }[];
  isVersioned: boolean;
  isLogged: boolean;
}

export const flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;
export const everybody = "http://acs.amazonaws.com/groups/global/AllUsers";

const allow = (bucket: string, principal: unknown) => ({
  ...{ Effect: "Allow", Principal: principal, Action: ["s3:GetObject"] },
  Resource: `arn:aws:s3:::${bucket}/*`,
});

/** One public by policy, one by its list, one blocked, one shared with a partner, and private ones. */
export function bucketsOf(options: Required<TenantOptions>): Bucket[] {
  const make = (use: string, more: Partial<Bucket> = {}): Bucket => ({
    name: `${options.name}-${use}`,
    region: "us-east-1",
    createdAt: options.createdAt - 500 * 86_400_000,
    block: Object.fromEntries(flags.map((flag) => [flag, true])),
    policy: undefined,
    grants: [],
    isVersioned: true,
    isLogged: false,
    ...more,
  });
  const policy = (use: string, principal: unknown) => ({
    Version: "2012-10-17",
    Statement: [allow(`${options.name}-${use}`, principal)],
  });
  return [
    make("website", { block: undefined, policy: policy("website", "*") }),
    make("downloads", { block: undefined, grants: [{ type: "Group", name: everybody, permission: "READ" }] }),
    make("blocked", { policy: policy("blocked", "*") }),
    make("partner", { policy: policy("partner", { AWS: "arn:aws:iam::999988887777:root" }) }),
    make("backup", { region: "us-west-2", isVersioned: false }),
    make("trail", { isLogged: true }),
    make("logs"),
  ];
}

export const isPublicPolicy = ({ policy }: Bucket): boolean =>
  policy?.Statement.some(({ Effect, Principal }) => Effect === "Allow" && Principal === "*") ?? false;
