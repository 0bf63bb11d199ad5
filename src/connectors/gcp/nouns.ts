/** What Google Cloud calls its collections, in words and in the singular. */
import { inWords } from "#src/connector-kit/event-names.ts";

/** Those whose singular is not the plural without its `s`, and Kubernetes', which are written as one word. */
const singulars: Readonly<Record<string, string>> = {
  ...{ policies: "policy", registries: "registry", repositories: "repository", gateways: "gateway" },
  ...{ identities: "identity", addresses: "address", accessPolicies: "access policy", databases: "database" },
  ...{ forwardingRules: "forwarding rule", networkPolicies: "network policy", securityPolicies: "security policy" },
  ...{ clusterroles: "cluster role", clusterrolebindings: "cluster role binding", rolebindings: "role binding" },
  ...{ configmaps: "config map", cronjobs: "cron job", daemonsets: "daemon set", statefulsets: "stateful set" },
  ...{ replicasets: "replica set", serviceaccounts: "service account", networkpolicies: "network policy" },
  ...{ ingresses: "ingress", componentstatuses: "component status", endpoints: "endpoints", healthz: "health check" },
  mutatingwebhookconfigurations: "mutating webhook",
  validatingwebhookconfigurations: "validating webhook",
};

/** `serviceAccounts` → `service account` */
export function singular(collection: string): string {
  if (Object.hasOwn(singulars, collection)) return singulars[collection] as string;
  return inWords(collection).replace(/(?<=[^s])s$/, "");
}

/** `serviceAccounts` → `service accounts` */
export function plural(collection: string): string {
  const one = singular(collection);
  return /s$/.test(one) ? `${one}es` : /[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`;
}
