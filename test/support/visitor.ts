/** A browser without scripts: keeps cookies, and follows no redirect by itself. */
export type Visitor = (url: string, options?: RequestInit) => Promise<Response>;

export function newVisitor(): Visitor {
  const cookies = new Map<string, string>();
  return async (url, options = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", ...options, headers: { ...options.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value !== undefined) cookies.set(name, value);
    }
    return answer;
  };
}

/** Opens the link of a consent that a token asked for; returns the address of the provider's page. */
export async function openConsent(visit: Visitor, authorizationUrl: string): Promise<URL> {
  const answer = await visit(authorizationUrl);
  const location = answer.headers.get("location");
  if (!location) throw new Error(`the consent link answered ${answer.status}: ${await answer.text()}`);
  return new URL(location);
}

/** Presses Allow on the provider's page; returns the address that the browser is sent back to. */
export async function pressAllow(consentPage: URL): Promise<string> {
  const form = new URLSearchParams(consentPage.searchParams);
  form.set("decision", "allow");
  const page = consentPage.origin + consentPage.pathname;
  const answer = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  return answer.headers.get("location")!;
}
