// Types and parsed documents of the console's operations, from schema.graphql and the .graphql file beside each page.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typedDocuments from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { buildASTSchema, type DocumentNode, type FragmentDefinitionNode, parse, validate, visit } from "graphql";

const here = import.meta.dirname;
const generated = join(here, "__generated__");

/**
 * Writes `__generated__/<name>.ts` for every `<name>.graphql`. Each page has a file of its own, so that its documents load with the page.
 * Fragments of one file may be used by all. Throws an Error that lists what does not fit the schema.
 */
export async function writeDocuments(): Promise<void> {
  const schema = parse(readFileSync(join(here, "../../schema.graphql"), "utf8"), { noLocation: true });
  const files = globSync("**/*.graphql", { cwd: here }).sort();
  const documents = files.map((location) => ({
    location,
    document: parse(readFileSync(join(here, location), "utf8"), { noLocation: true }),
  }));
  requireValid(schema, documents);
  const fragments = new Map(
    documents
      .flatMap(({ document }) => document.definitions.filter((node) => node.kind === "FragmentDefinition"))
      .map((node) => [node.name.value, node]),
  );
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  for (const { location, document } of documents) {
    const filename = `${basename(location, ".graphql")}.ts`;
    const output = await codegen({
      schema,
      documents: [{ location, document: withFragments(document, fragments) }],
      filename,
      config: {
        useTypeImports: true,
        enumType: "string-literal",
        skipTypename: true,
        scalars: { DateTime: "string", JSON: "unknown", BigInt: "string", ID: "string" },
        dedupeFragments: true,
        optimizeDocumentNode: true,
      },
      plugins: [{ operations: {} }, { typedDocuments: {} }],
      pluginMap: { operations, typedDocuments },
    });
    writeFileSync(join(generated, filename), output);
  }
}

function requireValid(schema: DocumentNode, files: readonly { location: string; document: DocumentNode }[]): void {
  const names = files.map(({ location }) => basename(location));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`two files are called ${twice}, in ${files.map(({ location }) => dirname(location))}`);
  const whole = { kind: "Document" as const, definitions: files.flatMap(({ document }) => document.definitions) };
  const errors = validate(buildASTSchema(schema), whole as DocumentNode);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
}

/** A document with the fragments of other files that it uses, and those that they use. */
function withFragments(document: DocumentNode, known: ReadonlyMap<string, FragmentDefinitionNode>): DocumentNode {
  const definitions = [...document.definitions];
  // The list grows while it is walked: fragments use others.
  for (const definition of definitions)
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = known.get(name.value);
        if (fragment && !definitions.includes(fragment)) definitions.push(fragment);
      },
    });
  return { ...document, definitions };
}
