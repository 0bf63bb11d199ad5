import { connectorBySlug } from "#src/connectors/index.ts";
import type { Ask } from "./ask.ts";
import { demoMark } from "./mark.ts";
import type { DemoApp } from "./tenants.ts";

/** Few, so that a newcomer finds alerts that were acted on and others that await approval. */
const linksRemovedADay = 3;

/** The policies of the demo: one for its attacker to run into, and one for the files that its people share with anybody. */
export async function watch(ask: Ask, apps: readonly DemoApp[], attacked: DemoApp | undefined): Promise<void> {
  const create = async (input: { name: string } & Record<string, unknown>, announced: string) => {
    try {
      await ask("mutation ($input: PolicyInput!) { createPolicy(input: $input) { userErrors { message } } }", {
        input: { ...input, name: `${input.name}${demoMark}` },
      });
      console.log(announced);
    } catch (error) {
      console.error(`The demo's policy "${input.name}" could not be created: ${(error as Error).message}`);
    }
  };
  if (attacked)
    await create(
      {
        templateSlug: "failed-sign-ins",
        name: "Many failed sign-ins",
        actions: [{ kind: "REQUIRE_SIGN_IN_AGAIN" }],
      },
      `Watching for failed sign-ins: the demo periodically simulates password guessing against ${attacked.name}. See { alerts { nodes { title } } governanceActions { nodes { kind status } } }`,
    );
  const shares = apps.filter(
    ({ connectorSlug }) => connectorBySlug(connectorSlug)?.manifest.actions?.REMOVE_PUBLIC_SHARING,
  );
  if (shares.length > 0)
    await create(
      {
        templateSlug: "public-link-to-sensitive-file",
        name: "Public link to a sensitive file",
        actions: [{ kind: "REMOVE_PUBLIC_SHARING" }],
        maxTargetsPerDay: linksRemovedADay,
      },
      `Watching for public links to sensitive files: the first ${linksRemovedADay} are removed and can be restored, the others await approval. See { governanceActions { nodes { id kind status file { name } } } }`,
    );
}
