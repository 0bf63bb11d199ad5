import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { byPageToken } from "../../_google/paging.ts";
import { assetListing, organizationOf, policyListing } from "../api.ts";
import { isAdminRole, toPolicy } from "../policies.ts";
import { isContainer } from "../resources.ts";

/** Constraints of the Organization Policy Service that checks look at. */
export const constraints = [
  "iam.disableServiceAccountKeyCreation",
  "iam.automaticIamGrantsForDefaultServiceAccounts",
  "iam.allowedPolicyMemberDomains",
  "storage.publicAccessPrevention",
  "storage.uniformBucketLevelAccess",
  "compute.skipDefaultNetworkCreation",
  "compute.requireOsLogin",
  "sql.restrictPublicIp",
] as const;

/** As many findings as one list of evidence may have. */
const maxFindings = 200;

/**
 * What checks look at, in one page: from Cloud Asset, which has it for all projects at once, and from the APIs of the organization itself.
 * Of each resource only what a check asks for is kept.
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const { settings, http, now } = context;
  const organization = organizationOf(settings);
  const assets = (keep: (data: Json, asset: Json) => Json | null, ...types: readonly string[]) =>
    assetsOf(context, keep, types);
  const items = await readSettings(context, {
    serviceAccountKeys: async () => ({
      readAt: now().toISOString(),
      keys: await assets(keyOf, "iam.googleapis.com/ServiceAccountKey"),
    }),
    apiKeys: async () => ({ readAt: now().toISOString(), keys: await assets(apiKeyOf, "apikeys.googleapis.com/Key") }),
    policies: () => policiesOf(context),
    auditConfigs: async () => {
      const url = `https://cloudresourcemanager.googleapis.com/v3/${organization}:getIamPolicy`;
      const json = { options: { requestedPolicyVersion: 3 } };
      return listOf(objectOf((await http.request({ method: "POST", url, json, retry: true })).body).auditConfigs);
    },
    orgPolicies: () => orgPoliciesOf(context),
    sinks: () => all(context, "sinks", `https://logging.googleapis.com/v2/${organization}/sinks?pageSize=1000`),
    networks: () => assets(networkOf, "compute.googleapis.com/Network"),
    firewalls: () => assets(firewallOf, "compute.googleapis.com/Firewall"),
    subnetworks: () => assets(subnetworkOf, "compute.googleapis.com/Subnetwork"),
    instances: () => assets(instanceOf, "compute.googleapis.com/Instance"),
    buckets: () => assets(bucketOf, "storage.googleapis.com/Bucket"),
    databases: () => assets(databaseOf, "sqladmin.googleapis.com/Instance"),
    zones: () => assets(zoneOf, "dns.googleapis.com/ManagedZone"),
    cryptoKeys: () => assets(cryptoKeyOf, "cloudkms.googleapis.com/CryptoKey"),
    findings: () => findingsOf(context),
  });
  yield { items, cursor: null };
};

async function assetsOf(
  context: StreamContext,
  keep: (data: Json, asset: Json) => Json | null,
  types: readonly string[],
): Promise<Json[]> {
  const kept: Json[] = [];
  for await (const { records } of walkPages(context, assetListing(context, "resources", ...types)))
    for (const [index, record] of records.entries()) {
      const asset = needObject(record, `assets[${index}]`);
      const one = keep(objectOf(objectOf(asset.resource).data), asset);
      if (one) kept.push({ resource: asset.name, ...one });
    }
  return kept;
}

async function all(context: StreamContext, list: string, first: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { records } of walkPages(context, { name: list, first, page: byPageToken(list) }))
    found.push(...records);
  return found;
}

/** Bindings that checks look at: of administrators, of everybody, and those that let a caller act as a service account. */
async function policiesOf(context: StreamContext): Promise<Json[]> {
  const kept: Json[] = [];
  for await (const { records, path } of walkPages(context, policyListing(context)))
    for (const [index, record] of records.entries()) {
      const { resource, assetType, bindings } = toPolicy(record, `${path}[${index}]`);
      for (const { role, members, condition } of bindings) {
        const everybody = members.some(({ kind }) => kind === "public");
        const isNamed = /^roles\/(iam\.serviceAccount(User|TokenCreator)|owner|editor|viewer|cloudkms\.)/.test(role);
        const isKept = everybody || (isContainer(resource) && (isAdminRole(role) || isNamed)) || /cloudkms/.test(role);
        if (isKept)
          kept.push({
            resource,
            assetType,
            role,
            members: members.map(({ id }) => id),
            isConditional: condition !== null,
          });
      }
    }
  return kept;
}

/** https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies/getEffectivePolicy */
async function orgPoliciesOf({ http, settings }: StreamContext): Promise<Json> {
  const policies: Json = {};
  for (const constraint of constraints) {
    const url = `https://orgpolicy.googleapis.com/v2/${organizationOf(settings)}/policies/${constraint}:getEffectivePolicy`;
    policies[constraint] = listOf(objectOf(objectOf((await http.get(url)).body).spec).rules);
  }
  return policies;
}

/** Active and not muted, the first of them; how many there are in all. https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.locations.findings/list */
async function findingsOf(context: StreamContext): Promise<Json> {
  const query = new URLSearchParams({ filter: 'state="ACTIVE" AND NOT mute="MUTED"', pageSize: "1000" });
  const url = `https://securitycenter.googleapis.com/v2/${organizationOf(context.settings)}/sources/-/locations/global/findings?${query}`;
  const found = (await all(context, "listFindingsResults", url)).map((one) => objectOf(objectOf(one).finding));
  const severe = found.filter(({ severity }) => severity === "CRITICAL" || severity === "HIGH");
  return {
    total: found.length,
    severe: severe.length,
    findings: severe
      .slice(0, maxFindings)
      .map(({ name, category, severity, resourceName, findingClass, eventTime }) => ({
        ...{ name, category, severity, resourceName, findingClass, eventTime },
      })),
  };
}

const keyOf = ({ name, keyType, validAfterTime, disabled }: Json): Json | null =>
  keyType === "SYSTEM_MANAGED" ? null : { name, validAfterTime, disabled: disabled === true };

const apiKeyOf = ({ displayName, createTime, restrictions, deleteTime }: Json): Json | null =>
  deleteTime ? null : { displayName, createTime, restrictions: restrictions ?? null };

const networkOf = ({ name, autoCreateSubnetworks, IPv4Range }: Json): Json => ({
  name,
  isLegacy: textOf(IPv4Range) !== null || autoCreateSubnetworks === undefined,
});

const firewallOf = ({ name, direction, disabled, sourceRanges, allowed }: Json): Json | null =>
  disabled === true || direction === "EGRESS"
    ? null
    : { name, sourceRanges: sourceRanges ?? [], allowed: allowed ?? [] };

const subnetworkOf = ({ name, purpose, logConfig, enableFlowLogs }: Json): Json | null =>
  textOf(purpose) !== null && purpose !== "PRIVATE"
    ? null
    : { name, flowLogs: objectOf(logConfig).enable === true || enableFlowLogs === true };

const instanceOf = ({ name, serviceAccounts, networkInterfaces, metadata }: Json): Json => ({
  name,
  serviceAccounts: serviceAccounts ?? [],
  isPublic: listOf(networkInterfaces).some((one) => listOf(objectOf(one).accessConfigs).length > 0),
  serialPort: listOf(objectOf(metadata).items).some(
    (item) => objectOf(item).key === "serial-port-enable" && /^(1|true)$/i.test(String(objectOf(item).value)),
  ),
});

const bucketOf = ({ name, iamConfiguration, logging }: Json): Json => ({
  name,
  uniformAccess: objectOf(objectOf(iamConfiguration).uniformBucketLevelAccess).enabled === true,
  publicAccessPrevention: objectOf(iamConfiguration).publicAccessPrevention ?? null,
  logging: logging !== undefined,
});

const databaseOf = ({ name, settings }: Json): Json => {
  const { ipv4Enabled, authorizedNetworks, requireSsl, sslMode } = objectOf(objectOf(settings).ipConfiguration);
  return {
    name,
    hasPublicAddress: ipv4Enabled === true,
    networks: listOf(authorizedNetworks).map((one) => objectOf(one).value),
    requiresTls: requireSsl === true || /^(ENCRYPTED_ONLY|TRUSTED_CLIENT_CERTIFICATE_REQUIRED)$/.test(String(sslMode)),
  };
};

const zoneOf = ({ name, visibility, dnssecConfig }: Json): Json | null =>
  visibility === "private" ? null : { name, dnssec: objectOf(dnssecConfig).state ?? "off" };

const cryptoKeyOf = ({ name, purpose, rotationPeriod }: Json): Json | null =>
  textOf(purpose) !== null && purpose !== "ENCRYPT_DECRYPT" ? null : { name, rotationPeriod: rotationPeriod ?? null };
