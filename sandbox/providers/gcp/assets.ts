import type { AccountKey } from "./keys.ts";
import type { GcpTenant } from "./tenant.ts";

type Asset = Record<string, unknown>;

const day = 86_400_000;

function asset(tenant: GcpTenant, assetType: string, path: string, project: string, data: Asset): Asset {
  const [host = ""] = assetType.split("/");
  const container = tenant.hierarchy.at(project);
  return {
    name: `//${host}/${path}`,
    assetType,
    resource: {
      version: "v1",
      discoveryName: assetType.split("/")[1],
      parent: `//cloudresourcemanager.googleapis.com/${container?.number}`,
      data,
    },
    ancestors: [container?.number, container?.parent, tenant.hierarchy.organization.path].filter(Boolean),
    updateTime: new Date(tenant.options.createdAt - day).toISOString(),
  };
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts#ServiceAccount */
export function accountRecord(tenant: GcpTenant, index: number): Asset {
  const { people } = tenant;
  const email = people.emailOf(index);
  const [, projectId = ""] = /@([^.]+)\./.exec(email) ?? [];
  return {
    name: `projects/${projectId}/serviceAccounts/${email}`,
    projectId,
    uniqueId: people.uniqueIdOf(index),
    email,
    displayName: `${email.split("-")[0]} of ${projectId}`,
    oauth2ClientId: people.uniqueIdOf(index),
    ...(people.status(index) === "disabled" && { disabled: true }),
  };
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys#ServiceAccountKey */
export function keyRecord(tenant: GcpTenant, { account, id, keyType, createdAt, disabled }: AccountKey): Asset {
  return {
    name: `${accountRecord(tenant, account).name}/keys/${id}`,
    keyAlgorithm: "KEY_ALG_RSA_2048",
    keyOrigin: "GOOGLE_PROVIDED",
    keyType,
    validAfterTime: new Date(createdAt).toISOString().replace(/\.\d+/, ""),
    validBeforeTime: "9999-12-31T23:59:59Z",
    ...(disabled && { disabled: true, disableReason: "SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED" }),
  };
}

/** Resources of one type in the whole organization. */
export function assetsOf(tenant: GcpTenant, type: string): Asset[] {
  const { hierarchy, people } = tenant;
  const [first] = hierarchy.working.map(({ path }) => path);
  const project = first ?? "";
  const one = (path: string, data: Asset) => asset(tenant, type, `${project}/${path}`, project, data);
  switch (type) {
    case "iam.googleapis.com/ServiceAccount":
      return people
        .ids(0, people.count)
        .flatMap((id) => people.find(id) ?? [])
        .filter((index) => people.isAccount(index))
        .map((index) => accountRecord(tenant, index))
        .map((data) =>
          asset(
            tenant,
            type,
            `projects/${data.projectId}/serviceAccounts/${data.uniqueId}`,
            `projects/${data.projectId}`,
            data,
          ),
        );
    case "iam.googleapis.com/ServiceAccountKey":
      return tenant.keys.list
        .filter(({ account }) => people.exists(account))
        .map((key) => keyRecord(tenant, key))
        .map((data) =>
          asset(tenant, type, String(data.name), String(data.name).split("/").slice(0, 2).join("/"), data),
        );
    case "apikeys.googleapis.com/Key":
      return [
        one("locations/global/keys/maps", {
          displayName: "Maps",
          createTime: new Date(tenant.options.createdAt - 200 * day).toISOString(),
          restrictions: {},
        }),
      ];
    case "compute.googleapis.com/Network":
      return [
        one("global/networks/default", { name: "default", autoCreateSubnetworks: true }),
        one("global/networks/prod", { name: "prod", autoCreateSubnetworks: false }),
      ];
    case "compute.googleapis.com/Firewall":
      return [
        one("global/firewalls/default-allow-ssh", {
          ...{ name: "default-allow-ssh", direction: "INGRESS", disabled: false, sourceRanges: ["0.0.0.0/0"] },
          allowed: [{ IPProtocol: "tcp", ports: ["22"] }],
        }),
        one("global/firewalls/internal", {
          ...{ name: "internal", direction: "INGRESS", disabled: false, sourceRanges: ["10.0.0.0/8"] },
          allowed: [{ IPProtocol: "all" }],
        }),
      ];
    case "compute.googleapis.com/Subnetwork":
      return [
        one("regions/us-central1/subnetworks/prod", {
          name: "prod",
          purpose: "PRIVATE",
          enableFlowLogs: true,
          logConfig: { enable: true },
        }),
      ];
    case "compute.googleapis.com/Instance":
      return [
        one("zones/us-central1-a/instances/web-1", {
          name: "web-1",
          serviceAccounts: [{ email: people.emailOf(0), scopes: ["https://www.googleapis.com/auth/cloud-platform"] }],
          networkInterfaces: [{ networkIP: "10.0.0.7" }],
          metadata: { items: [] },
        }),
      ];
    case "storage.googleapis.com/Bucket":
      return hierarchy.working.map(({ path }, index) => {
        const name = `${path.slice("projects/".length)}-data`;
        const iamConfiguration = {
          publicAccessPrevention: "inherited",
          uniformBucketLevelAccess: { enabled: index > 0 },
        };
        return asset(tenant, type, name, path, { name, location: "US", iamConfiguration });
      });
    case "sqladmin.googleapis.com/Instance":
      return [
        one("instances/shop", {
          name: "shop",
          settings: { ipConfiguration: { ipv4Enabled: true, authorizedNetworks: [], sslMode: "ENCRYPTED_ONLY" } },
        }),
      ];
    case "dns.googleapis.com/ManagedZone":
      return [one("managedZones/main", { name: "main", visibility: "public", dnssecConfig: { state: "on" } })];
    case "cloudkms.googleapis.com/CryptoKey":
      return [
        one("locations/global/keyRings/main/cryptoKeys/data", {
          name: "data",
          purpose: "ENCRYPT_DECRYPT",
          rotationPeriod: "7776000s",
        }),
      ];
    default:
      return [];
  }
}
