import type { Check } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, judge, list } from "./judge.ts";

const nameOf = ({ resource, name }: Json) => resource ?? name;

const anywhere = new Set(["0.0.0.0/0", "::/0", "0.0.0.0", "::0", "any"]);

/** Whether a rule lets the world reach a port by TCP; without ports it lets it reach all. */
function opens(rule: Json, port: number | null): boolean {
  if (!listOf(rule.sourceRanges).some((range) => anywhere.has(String(range)))) return false;
  return listOf(rule.allowed)
    .map(objectOf)
    .some(({ IPProtocol, ports }) => {
      const protocol = String(IPProtocol).toLowerCase();
      if (port === null) return protocol === "all" || (/^(tcp|6|udp|17)$/.test(protocol) && listOf(ports).length === 0);
      if (!/^(all|tcp|6)$/.test(protocol)) return false;
      if (listOf(ports).length === 0) return true;
      return listOf(ports).some((range) => {
        const [low = 0, high = low] = String(range).split("-").map(Number);
        return low <= port && port <= high;
      });
    });
}

const firewallExample = (source: string, ports?: string[]) => ({
  firewalls: [
    {
      name: "ingress",
      resource: "ingress",
      sourceRanges: [source],
      allowed: [{ IPProtocol: "tcp", ...(ports ? { ports } : {}) }],
    },
  ],
});

function closed(slug: string, what: string, port: number | null, benchmark: string | undefined): Check {
  return {
    slug,
    title: `Let nobody reach ${what} from the whole internet`,
    description: `No firewall rule that is switched on lets every address reach ${what}.`,
    remediation:
      "**VPC network** → **Firewall**: narrow the source ranges of each rule listed, or reach machines through Identity-Aware Proxy.",
    severity: "HIGH",
    maxPoints: 6,
    ...(benchmark ? { benchmark } : {}),
    needs: ["firewalls"],
    evaluate(snapshot) {
      const rules = list(snapshot, "firewalls");
      return judge(
        rules,
        rules.filter((rule) => opens(rule, port)),
        ({ resource, sourceRanges, allowed }) => ({ resource, sourceRanges, allowed }),
      );
    },
    examples: {
      pass: firewallExample("10.0.0.0/8"),
      fail: port === null ? firewallExample("0.0.0.0/0") : firewallExample("0.0.0.0/0", [`${port - 2}-${port}`]),
    },
  };
}

export const networkChecks: readonly Check[] = [
  {
    slug: "gcp-default-network",
    title: "Have no default network",
    description: "No project has the network called default, whose rules let every address reach SSH and RDP.",
    remediation: "Move what uses it, then delete the network. Enforce `compute.skipDefaultNetworkCreation`.",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("3.1"),
    needs: ["networks"],
    evaluate(snapshot) {
      const networks = list(snapshot, "networks");
      return judge(
        networks,
        networks.filter(({ name }) => name === "default"),
        nameOf,
      );
    },
    examples: {
      pass: { networks: [{ name: "prod", isLegacy: false }] },
      fail: { networks: [{ name: "default", isLegacy: false }] },
    },
  },
  {
    slug: "gcp-legacy-networks",
    title: "Have no legacy networks",
    description: "Every network has subnets; a legacy one is a single range without any.",
    remediation: "Convert each network listed to a VPC network.",
    severity: "MEDIUM",
    maxPoints: 2,
    benchmark: cis("3.2"),
    needs: ["networks"],
    evaluate(snapshot) {
      const networks = list(snapshot, "networks");
      return judge(
        networks,
        networks.filter(({ isLegacy }) => isLegacy === true),
        nameOf,
      );
    },
    examples: {
      pass: { networks: [{ name: "prod", isLegacy: false }] },
      fail: { networks: [{ name: "old", isLegacy: true }] },
    },
  },
  closed("gcp-firewall-ssh", "SSH (TCP 22)", 22, cis("3.6")),
  closed("gcp-firewall-rdp", "RDP (TCP 3389)", 3389, cis("3.7")),
  closed("gcp-firewall-all", "every port", null, undefined),
  {
    slug: "gcp-dnssec",
    title: "Sign public DNS zones",
    description: "DNSSEC is on for every public zone of Cloud DNS.",
    remediation:
      "**Network services** → **Cloud DNS** → the zone → *Edit* → DNSSEC: On, and enter the DS record at the registrar.",
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("3.3"),
    needs: ["zones"],
    evaluate(snapshot) {
      const zones = list(snapshot, "zones");
      return judge(
        zones,
        zones.filter(({ dnssec }) => String(dnssec).toLowerCase() !== "on"),
        nameOf,
      );
    },
    examples: {
      pass: { zones: [{ name: "acme", dnssec: "on" }] },
      fail: { zones: [{ name: "acme", dnssec: "off" }] },
    },
  },
  {
    slug: "gcp-default-service-account-full-access",
    title: "Let no machine act as the default service account with full access",
    description: "No virtual machine runs as the default service account of Compute Engine with the scope of all APIs.",
    remediation: "Stop each machine listed and give it a service account of its own with few roles.",
    severity: "HIGH",
    maxPoints: 5,
    benchmark: cis("4.1", "4.2"),
    needs: ["instances"],
    evaluate(snapshot) {
      const machines = list(snapshot, "instances");
      const bad = machines.filter(({ serviceAccounts }) =>
        listOf(serviceAccounts)
          .map(objectOf)
          .some(
            ({ email, scopes }) =>
              /-compute@developer\.gserviceaccount\.com$/.test(String(email)) &&
              listOf(scopes).includes("https://www.googleapis.com/auth/cloud-platform"),
          ),
      );
      return judge(machines, bad, nameOf);
    },
    examples: {
      pass: {
        instances: [
          {
            name: "web-1",
            serviceAccounts: [
              {
                email: "web@acme-prod.iam.gserviceaccount.com",
                scopes: ["https://www.googleapis.com/auth/cloud-platform"],
              },
            ],
          },
        ],
      },
      fail: {
        instances: [
          {
            name: "web-1",
            serviceAccounts: [
              {
                email: "415104041262-compute@developer.gserviceaccount.com",
                scopes: ["https://www.googleapis.com/auth/cloud-platform"],
              },
            ],
          },
        ],
      },
    },
  },
  {
    slug: "gcp-public-machines",
    title: "Give virtual machines no public addresses",
    description: "No network interface of a virtual machine has an external address.",
    remediation: "Put a load balancer or Cloud NAT in front, then remove the external address of each machine listed.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("4.9"),
    needs: ["instances"],
    evaluate(snapshot) {
      const machines = list(snapshot, "instances");
      return judge(
        machines,
        machines.filter(({ isPublic: open }) => open === true),
        nameOf,
      );
    },
    examples: {
      pass: { instances: [{ name: "web-1", isPublic: false }] },
      fail: { instances: [{ name: "web-1", isPublic: true }] },
    },
  },
  {
    slug: "gcp-sql-open",
    title: "Let no database be reached from the whole internet",
    description: "No Cloud SQL instance authorizes every address.",
    remediation:
      "**SQL** → the instance → **Connections** → **Networking**: remove 0.0.0.0/0 from the authorized networks.",
    severity: "CRITICAL",
    maxPoints: 7,
    benchmark: cis("6.5"),
    needs: ["databases"],
    evaluate(snapshot) {
      const databases = list(snapshot, "databases");
      return judge(
        databases,
        databases.filter(({ networks }) => listOf(networks).some((range) => anywhere.has(String(range)))),
        nameOf,
      );
    },
    examples: {
      pass: { databases: [{ name: "shop", networks: ["192.0.2.0/24"] }] },
      fail: { databases: [{ name: "shop", networks: ["0.0.0.0/0"] }] },
    },
  },
  {
    slug: "gcp-sql-tls",
    title: "Let databases be reached by TLS only",
    description: "Every Cloud SQL instance requires encrypted connections.",
    remediation: "**SQL** → the instance → **Connections** → **Security**: *Allow only SSL connections*.",
    severity: "MEDIUM",
    maxPoints: 3,
    benchmark: cis("6.4"),
    needs: ["databases"],
    evaluate(snapshot) {
      const databases = list(snapshot, "databases");
      return judge(
        databases,
        databases.filter(({ requiresTls }) => requiresTls !== true),
        nameOf,
      );
    },
    examples: {
      pass: { databases: [{ name: "shop", requiresTls: true }] },
      fail: { databases: [{ name: "shop", requiresTls: false }] },
    },
  },
];
