import type { Check } from "#src/connector-kit/contract/checks.ts";
import { type Json, listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, resourceCheck } from "./judge.ts";

/** `*`, `22`, `20-25` */
function reaches(range: unknown, ports: readonly number[]): boolean {
  const text = String(range);
  if (text === "*") return true;
  const [low = "", high = low] = text.split("-");
  return ports.some((port) => Number(low) <= port && port <= Number(high));
}

interface PortFacts {
  slug: string;
  title: string;
  description: string;
  severity: Check["severity"];
  maxPoints: number;
  id: string;
  protocol: "Tcp" | "Udp";
  /** Empty: any. */
  ports: readonly number[];
}

/** No rule of a network security group lets the whole internet in on these ports. */
function portCheck({ id, protocol, ports, ...facts }: PortFacts): Check {
  const isBad = (rule: Json) =>
    [protocol, "*", "Any"].some((one) => one.toLowerCase() === String(rule.protocol).toLowerCase()) &&
    (ports.length === 0 || listOf(rule.ports).some((range) => reaches(range, ports)));
  return resourceCheck({
    ...facts,
    key: "networkGroups",
    remediation:
      "Network security group → **Inbound security rules**: replace the source *Any* or *Internet* of each rule listed by the addresses that need it, or use Azure Bastion.",
    benchmark: cis(id),
    good: ({ open }) => !listOf(open).map(objectOf).some(isBad),
    shown: ["open"],
    examples: {
      pass: { open: [] },
      fail: { open: [{ rule: "allow-any", protocol, ports: [String(ports[0] ?? "*")], priority: 100 }] },
    },
  });
}

export const networkChecks: readonly Check[] = [
  portCheck({
    slug: "azure-network-rdp",
    title: "Keep RDP closed to the internet",
    description:
      "Port 3389 of Windows machines cannot be reached from everywhere, where passwords are guessed within minutes.",
    ...{ severity: "CRITICAL", maxPoints: 10, id: "7.1", protocol: "Tcp", ports: [3389] },
  }),
  portCheck({
    slug: "azure-network-ssh",
    title: "Keep SSH closed to the internet",
    description: "Port 22 of machines cannot be reached from everywhere.",
    ...{ severity: "CRITICAL", maxPoints: 10, id: "7.2", protocol: "Tcp", ports: [22] },
  }),
  portCheck({
    slug: "azure-network-udp",
    title: "Keep UDP closed to the internet",
    description: "Open UDP services (DNS, NTP, SNMP and others) are used to amplify attacks on others.",
    ...{ severity: "HIGH", maxPoints: 5, id: "7.3", protocol: "Udp", ports: [] },
  }),
  portCheck({
    slug: "azure-network-databases",
    title: "Keep databases and file shares closed to the internet",
    description:
      "The ports of SMB, SQL Server, MySQL, PostgreSQL, Redis, Elasticsearch and MongoDB cannot be reached from everywhere.",
    ...{ severity: "HIGH", maxPoints: 7, id: "7.1, 7.2 (in the same way)", protocol: "Tcp" },
    ports: [445, 1433, 3306, 5432, 6379, 9200, 27017],
  }),
];
