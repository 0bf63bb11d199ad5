import { expect, test } from "vitest";
import { idOf, startApp } from "../../support/app.ts";
import { file } from "../../support/file-items.ts";
import { addFiles, seedInstance } from "../../support/seed.ts";

test("a worker takes a requested file from the queue; an app whose content is not read is NOT_AVAILABLE", async () => {
  const app = await startApp({ workers: true });
  const instance = await seedInstance(app.core, "github", "Acme");
  await addFiles(app.core, instance, [file("plan")]);
  const id = idOf("File", instance, "plan");
  await app.data("mutation ($ids: [ID!]!) { inspectFiles(ids: $ids) { userErrors { code } } }", { ids: [id] });
  const inspection = async () =>
    (await app.data("query ($id: ID!) { node(id: $id) { ... on File { inspection { status reason } } } }", { id })).node
      .inspection;
  await expect
    .poll(inspection, { timeout: 20_000 })
    .toEqual({ status: "NOT_AVAILABLE", reason: "The content of this app's files is not read." });
});
