/**
 * Plays the admin who consents: opens the authorization URL of a token, presses "allow" on the provider's page and follows the redirect back to
 * Gatehouse. What a person does in a browser, by plain HTTP.
 */
export async function giveConsent(authorizationUrl: string): Promise<void> {
  // The link of Gatehouse ties the browser that opens it to the consent, by a cookie.
  const opened = await fetch(authorizationUrl, { redirect: "manual" });
  const consentUrl = opened.headers.get("location");
  if (!consentUrl) throw new Error(`the consent link answered ${opened.status}`);
  const cookie = opened.headers
    .getSetCookie()
    .map((each) => each.split(";", 1)[0])
    .join("; ");
  const page = await fetch(consentUrl, { redirect: "manual" });
  const html = await page.text();
  if (page.status !== 200) throw new Error(`the consent page answered ${page.status}`);
  const form = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const type = attribute(tag, "type") ?? "text";
    const name = attribute(tag, "name");
    // Of two choices the wider one: "All groups".
    if (name && (type === "hidden" || (type === "radio" && attribute(tag, "value") === "all")))
      form.set(name, attribute(tag, "value") ?? "");
  }
  const select = /<select\b[^>]*name="([^"]+)"[\s\S]*?<option\b[^>]*value="([^"]*)"/.exec(html);
  if (select) form.set(select[1] as string, decodeEntities(select[2] as string));
  const button = /<button\b[^>]*id="allow"[^>]*>/.exec(html)?.[0];
  if (!button) throw new Error("the consent page has no button to allow");
  form.set(attribute(button, "name") ?? "decision", attribute(button, "value") ?? "allow");
  const action = attribute(/<form\b[^>]*>/.exec(html)?.[0] ?? "", "action");
  const sent = await fetch(new URL(action ?? consentUrl, consentUrl), {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const back = sent.headers.get("location");
  if (!back) throw new Error(`the provider did not send us back (${sent.status})`);
  const done = await fetch(back, { redirect: "manual", headers: { cookie } });
  if (done.status !== 200) throw new Error(`the callback answered ${done.status}`);
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return match ? decodeEntities(match[1] as string) : undefined;
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
