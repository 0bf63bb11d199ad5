import { writeFile } from "node:fs/promises";
import { printedSchema } from "#schema/index.ts";

/** `gatehouse schema`: the GraphQL schema as SDL. */
export async function printSchema(file: string | null): Promise<void> {
  if (file === null) process.stdout.write(printedSchema());
  else await writeFile(file, printedSchema());
}
