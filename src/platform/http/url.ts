/** Where a client may call, and how provider URLs become sandbox URLs and back. */
import { isIP } from "node:net";
import { isPublicAddress } from "./address.ts";
import { OutboundRefusedError } from "./refused.ts";

/** Exact host names, or `*.` and a name: one or more labels before it. */
export interface HostRules {
  exact: ReadonlySet<string>;
  suffixes: readonly string[];
}

/** Throws OutboundRefusedError for a pattern that names no host (`*`, `*.com`, a URL). */
export function compileHosts(patterns: readonly string[]): HostRules {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const pattern of patterns) {
    const host = pattern.toLowerCase();
    const wildcard = host.startsWith("*.");
    const name = wildcard ? host.slice(2) : host;
    const labels = name.split(".");
    if (!labels.every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label)) || (wildcard && labels.length < 2)) {
      throw new OutboundRefusedError(`"${pattern}" is not the name of a host.`);
    }
    if (wildcard) suffixes.push(`.${name}`);
    else exact.add(name);
  }
  return { exact, suffixes };
}

export function hostAllowed(rules: HostRules, host: string): boolean {
  // A suffix starts with its dot and is shorter than the host, so at least one label stands before it.
  return (
    rules.exact.has(host) ||
    rules.suffixes.some((suffix) => host.length > suffix.length && host.endsWith(suffix) && !host.startsWith("."))
  );
}

/**
 * Fills a manifest's host patterns: `{name}` with that setting, `{extra.name}` with what came with the credential; a host name, or the host
 * of a URL. A pattern whose `extra` is not known yet (before sign-in) is left out, so that it allows nothing.
 * Throws OutboundRefusedError when a value names no host.
 */
export function expandHosts(
  patterns: readonly string[],
  settings: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): string[] {
  const isKnown = (pattern: string) =>
    [...pattern.matchAll(/\{extra\.(\w+)\}/g)].every(([, name]) => extra[name as string] !== undefined);
  return patterns.filter(isKnown).map((pattern) =>
    pattern.replace(/\{(extra\.)?(\w+)\}/g, (_, ofCredential: string | undefined, name: string) => {
      const host = hostIn((ofCredential ? extra : settings)[name] ?? "");
      if (host !== null) return host;
      throw new OutboundRefusedError(
        ofCredential ? `The sign-in's "${name}" does not name a host.` : `The setting "${name}" does not name a host.`,
      );
    }),
  );
}

function hostIn(text: string): string | null {
  const value = text.trim();
  const url = URL.parse(value.includes("://") ? value : `https://${value}`);
  return !url?.hostname || url.username || url.port ? null : url.hostname;
}

/** The same for what rate limits match: a host with or without the start of a path. */
export function expandMatches<R extends { match: string }>(
  rules: readonly R[],
  settings: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): R[] {
  return rules.flatMap((rule) => {
    const slash = rule.match.indexOf("/");
    const host = slash < 0 ? rule.match : rule.match.slice(0, slash);
    return expandHosts([host], settings, extra).map((name) => ({
      ...rule,
      match: name + rule.match.slice(host.length),
    }));
  });
}

/** Why this URL may not be called; null when it may. */
export function refusal(url: URL, rules: HostRules): string | null {
  if (url.protocol !== "https:") return "it is not an https URL";
  if (url.username || url.password) return "it holds a user name";
  if (url.port) return "it names a port";
  const host = url.hostname;
  if (!hostAllowed(rules, host)) return "its host is not one this connector calls";
  const literal = host.startsWith("[") ? host.slice(1, -1) : host;
  if (isIP(literal) && !isPublicAddress(literal)) return "its address is not on the public internet";
  return null;
}

/** A path under the base URL (whose own path is kept), or an absolute URL as it is. */
export function absolute(baseUrl: string, path: string): URL {
  const relative = !/^[a-z][a-z0-9+.-]*:/i.test(path);
  // `//other.host/x` and `\\other.host` name another host to a browser; nobody means that as a path.
  if (relative && /^[/\\]{2}|^\\/.test(path))
    throw new OutboundRefusedError("The path starts like the name of a host.");
  const joint = path.startsWith("/") || path.startsWith("?") || path === "" ? "" : "/";
  const url = URL.parse(relative ? baseUrl.replace(/\/+$/, "") + joint + path : path);
  if (!url) throw new OutboundRefusedError("This is not a URL.");
  url.hash = "";
  return url;
}

/**
 * `https://api.app.example/x` as `<sandboxUrl>/api.app.example/x`; unchanged without a sandbox.
 * For calls and for authorization URLs alike.
 */
export function sandboxed(url: URL | string, sandboxUrl: string | null | undefined): URL {
  const provider = new URL(url);
  if (!sandboxUrl || provider.protocol !== "https:") return provider;
  const base = sandboxUrl.replace(/\/+$/, "");
  return new URL(`${base}/${provider.host}${provider.pathname}${provider.search}`);
}

/** The other way: what a mock wrote with its own address, as the provider would have written it. */
export function unsandboxed(url: URL, sandboxUrl: string | null | undefined): URL {
  if (!sandboxUrl) return url;
  const base = `${sandboxUrl.replace(/\/+$/, "")}/`;
  return url.href.startsWith(base) ? (URL.parse(`https://${url.href.slice(base.length)}`) ?? url) : url;
}

/** For logs: query names stay, values go. */
export function withoutValues(url: URL): string {
  const names = [...new Set(url.searchParams.keys())];
  return url.origin + url.pathname + (names.length > 0 ? `?${names.map((name) => `${name}=…`).join("&")}` : "");
}
