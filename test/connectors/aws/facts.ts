import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

type Bucket = Extract<FileItem, { kind: "file" }>;

const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
const externalId = "an external id that nobody chose";

const person = (live: Live) =>
  live.user(({ status, login }) => status === "ACTIVE" && /^\d+\/\w+\.\w+$/.test(login ?? ""));

async function bucket(live: Live, name: string): Promise<{ file: { externalId: string; container: string } }> {
  const { items } = await live.read("FILES");
  const found = items.find((item): item is Bucket => item.kind === "file" && item.name.endsWith(name));
  return { file: { externalId: found!.externalId, container: found!.container } };
}

async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { items } = await live.read("FILES");
  const found = items.find((item): item is Bucket => item.kind === "file" && item.externalId === file!.externalId)!;
  const people = items.filter((item) => item.kind === "collaborator" && item.fileId === found.externalId);
  return { sharing: found.sharing, quarantined: found.quarantined, people };
}

const website = (live: Live) => bucket(live, "-website");

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 130, groups: 5, events: 420, historyDays: 4 },
    small: { users: 14, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    role: {
      settings: ({ roleArn, accessKeyId, secretAccessKey, region }) => ({
        ...{ roleArn, accessKeyId, secretAccessKey, region, externalId },
      }),
      renews: true,
    },
  },
  namesRetryTime: false,
  log: { pulled: true, signIn: "ConsoleLogin" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    RESET_PASSWORD: { target: person },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (live) => {
        const { items } = await live.read("PRIVILEGES");
        const users = items.flatMap((item) =>
          item.kind === "holder" && item.privilegeId === admin ? [item.userId] : [],
        );
        return live.user(({ externalId: id }) => users.includes(id) && id.startsWith("AIDA"));
      },
      shows: (live, { user }) => live.isHolder(user!.externalId, admin),
    },
    MAKE_PRIVATE: { target: website, shows: shown },
    REMOVE_COLLABORATOR: {
      target: async (live) => ({ ...(await bucket(live, "-partner")), parameters: { externalId: "999988887777" } }),
      shows: shown,
    },
    QUARANTINE_FILE: { target: website, shows: shown },
  },
  webhook: {
    enter: (tenant, hook) => tenant.change("set-destination", hook),
    event: { type: "CreateAccessKey" },
    signature: "x-api-key",
    coversBody: false,
    maxAgeSeconds: null,
    brings: "activities",
  },
};
