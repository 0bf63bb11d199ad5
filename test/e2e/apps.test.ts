import { describe, expect, test } from "vitest";
import { modesOf, subjects } from "../connectors/contract/facts.ts";
import { boxLives } from "./box.ts";
import { githubLives } from "./github.ts";
import { googleWorkspaceLives } from "./google-workspace.ts";
import { oktaLives } from "./okta.ts";
import { api, browser, gatehouse, sandbox, shareGateway } from "./shared.ts";
import { patience } from "./support.ts";
import { workdayLives } from "./workday.ts";
import { workplaceLives } from "./workplace.ts";

shareGateway();

const consenting = subjects.flatMap((subject) =>
  modesOf(subject).flatMap((mode) => {
    const { consent, settings } = subject.facts.modes[mode]!;
    return consent ? [{ slug: subject.slug, mode, size: subject.facts.tenants.small, consent, settings }] : [];
  }),
);

describe("apps", patience, () => {
  test("Box connects with client credentials, reads everything, restricts a file, streams, and ends", boxLives);
  test("GitHub connects by consent in the browser, reads everything, streams, and ends", githubLives);
  test("Google Workspace connects with a service account, reads everything, streams, and ends", googleWorkspaceLives);
  test("Okta connects with a private key, reads everything, streams, and ends", oktaLives);
  test("Workday connects by consent in the browser, reads everything, streams, and ends", workdayLives);
  test("Workplace connects by the install dialog, reads everything, streams, and ends", workplaceLives);

  test.for(consenting)(
    "a consent that is denied does not connect $slug ($mode), and one that is given does",
    async ({ slug, size, consent, settings }) => {
      const tenant = await sandbox.createTenant({ provider: slug, name: "consent", ...size });
      const { instance, authorizationUrl } = await api.connect(slug, "Consent", settings(tenant.credentials));
      const page = await browser.newPage();
      const decide = async (decision: "allow" | "deny", at: string | null) => {
        await page.goto(at!);
        for (const [name, value] of Object.entries(consent(tenant.credentials))) {
          const choice = page.locator(`[name="${name}"]`);
          if ((await choice.first().evaluate(({ tagName }) => tagName)) === "SELECT") await choice.selectOption(value);
          else await page.check(`[name="${name}"][value="${value}"]`);
        }
        await page.click(`#${decision}`);
        await page.waitForURL(`${gatehouse.url}/oauth/callback**`);
      };
      await decide("deny", authorizationUrl);
      expect(await api.instance(instance!.id)).toMatchObject({ status: "AWAITING_AUTHORIZATION", accountName: null });
      await decide("allow", (await api.enable(instance!.id)).authorizationUrl);
      expect(await api.instance(instance!.id)).toMatchObject({ status: "CONNECTED", statusReason: null });
      expect(await api.disconnect(instance!.id, true)).toMatchObject({ userErrors: [] });
    },
  );
});
