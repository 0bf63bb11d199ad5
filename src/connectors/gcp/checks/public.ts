import type { Check, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import type { Json } from "#src/connector-kit/record.ts";
import { bindings, cis, isPublic, judge, list } from "./judge.ts";

const nameOf = ({ resource, name }: Json) => resource ?? name;

const publicExample = (resource: string, member: string) => ({
  policies: [{ resource, role: "roles/viewer", members: [member], isConditional: false }],
});

/** Resources of one kind whose policy names everybody. */
function openTo(snapshot: PostureSnapshot, host: RegExp) {
  const all = bindings(snapshot).filter(({ resource }) => host.test(resource));
  return judge(
    all,
    all.filter(({ members }) => members.some(isPublic)),
    (one) => one,
  );
}

export const publicChecks: readonly Check[] = [
  {
    slug: "gcp-public-buckets",
    title: "Open no bucket to everybody",
    description: "No policy of a Cloud Storage bucket names allUsers or allAuthenticatedUsers.",
    remediation:
      "**Cloud Storage** → the bucket → **Permissions**: remove the two principals and switch public access prevention on.",
    severity: "CRITICAL",
    maxPoints: 9,
    benchmark: cis("5.1"),
    needs: ["policies"],
    evaluate: (snapshot) => openTo(snapshot, /^\/\/storage\.googleapis\.com\//),
    examples: {
      pass: publicExample("//storage.googleapis.com/acme-data", "user:mira.holt@acme.test"),
      fail: publicExample("//storage.googleapis.com/acme-data", "allUsers"),
    },
  },
  {
    slug: "gcp-public-datasets",
    title: "Open no BigQuery dataset to everybody",
    description: "No policy of a dataset or table names allUsers or allAuthenticatedUsers.",
    remediation: "**BigQuery** → the dataset → **Sharing** → **Permissions**: remove the two principals.",
    severity: "CRITICAL",
    maxPoints: 8,
    benchmark: cis("7.1"),
    needs: ["policies"],
    evaluate: (snapshot) => openTo(snapshot, /^\/\/bigquery\.googleapis\.com\//),
    examples: {
      pass: publicExample("//bigquery.googleapis.com/projects/acme-prod/datasets/sales", "user:mira.holt@acme.test"),
      fail: publicExample("//bigquery.googleapis.com/projects/acme-prod/datasets/sales", "allAuthenticatedUsers"),
    },
  },
  {
    slug: "gcp-public-crypto-keys",
    title: "Open no encryption key to everybody",
    description: "No policy of a key or key ring of Cloud KMS names allUsers or allAuthenticatedUsers.",
    remediation: "**Security** → **Key Management** → the key → **Permissions**: remove the two principals.",
    severity: "CRITICAL",
    maxPoints: 6,
    benchmark: cis("1.9"),
    needs: ["policies"],
    evaluate: (snapshot) => openTo(snapshot, /^\/\/cloudkms\.googleapis\.com\//),
    examples: {
      pass: publicExample(
        "//cloudkms.googleapis.com/projects/acme-prod/locations/global/keyRings/r/cryptoKeys/k",
        "user:mira.holt@acme.test",
      ),
      fail: publicExample(
        "//cloudkms.googleapis.com/projects/acme-prod/locations/global/keyRings/r/cryptoKeys/k",
        "allUsers",
      ),
    },
  },
  {
    slug: "gcp-public-resources",
    title: "Open nothing else to everybody",
    description:
      "No other resource, such as a service of Cloud Run, a function, a topic or a project, has a policy that names allUsers or allAuthenticatedUsers.",
    remediation:
      "Remove the two principals from each resource listed, or resolve this recommendation for those that are public on purpose.",
    severity: "HIGH",
    maxPoints: 5,
    needs: ["policies"],
    evaluate: (snapshot) => openTo(snapshot, /^\/\/(?!storage\.|bigquery\.|cloudkms\.)/),
    examples: {
      pass: publicExample(
        "//run.googleapis.com/projects/acme-prod/locations/us-central1/services/shop",
        "user:mira.holt@acme.test",
      ),
      fail: publicExample("//run.googleapis.com/projects/acme-prod/locations/us-central1/services/shop", "allUsers"),
    },
  },
  {
    slug: "gcp-uniform-bucket-access",
    title: "Grant access to buckets by IAM alone",
    description:
      "Uniform bucket-level access is on for every bucket, so that no access control list of an object opens it beside the policy.",
    remediation: "**Cloud Storage** → the bucket → **Permissions** → *Access control: Switch to uniform*.",
    severity: "MEDIUM",
    maxPoints: 4,
    benchmark: cis("5.2"),
    needs: ["buckets"],
    evaluate(snapshot) {
      const buckets = list(snapshot, "buckets");
      return judge(
        buckets,
        buckets.filter(({ uniformAccess }) => uniformAccess !== true),
        nameOf,
      );
    },
    examples: {
      pass: { buckets: [{ name: "acme-data", uniformAccess: true }] },
      fail: { buckets: [{ name: "acme-data", uniformAccess: false }] },
    },
  },
];
