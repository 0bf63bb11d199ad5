// `npm run docs`: writes the lists of apps in docs/connectors.md and README.md from the list of connectors.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ScanStream, scanStreams } from "#src/connector-kit/contract/kinds.ts";
import { connectors } from "#src/connectors/index.ts";

const root = resolve(import.meta.dirname, "..");

const begin = "<!-- apps: written by `npm run docs` -->\n";
const end = "<!-- /apps -->\n";

/**
 * An app takes two lines, of which only the second depends on its state. Branches that each make one app available change different
 * second lines, with an unchanged line between them, and merge without a conflict.
 */
const lists: Readonly<Record<string, () => string[]>> = {
  "docs/connectors.md": () =>
    connectors.flatMap(({ manifest, load }) => {
      const { slug, name, lifecycle, streams, actions = {}, webhooks } = manifest;
      const facts = [
        `[${lifecycle.toLowerCase()}](connectors/${slug}.md)`,
        `reads ${scanStreams
          .filter((stream: ScanStream) => streams[stream])
          .map(words)
          .join(", ")}`,
        ...(Object.keys(actions).length > 0 ? [`actions: ${Object.keys(actions).map(words).join(", ")}`] : []),
        ...(webhooks ? [`webhooks: ${webhooks}`] : []),
      ];
      return [`- **${name}** (\`${slug}\`):`, `  ${load ? facts.join("; ") : "planned"}`];
    }),
  "README.md": () =>
    connectors.flatMap(({ manifest: { slug, name, lifecycle }, load }) => [
      `- ${name}:`,
      `  ${load ? `[${lifecycle.toLowerCase()}](docs/connectors/${slug}.md)` : "planned"}`,
    ]),
};

const words = (constant: string) => constant.toLowerCase().replaceAll("_", " ").replace("oauth", "OAuth");

/** The documents with a list of apps, by path from the root. */
export const listedIn: readonly string[] = Object.keys(lists);

/** The document with its list as the connectors are now. Throws when the marks around the list are missing. */
export function withConnectorList(path: string, document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has lost its marks: ${begin.trim()} … ${end.trim()}`);
  return `${document.slice(0, from + begin.length)}${lists[path]?.().join("\n")}\n${document.slice(to)}`;
}

/** Which documents have a list that differs from the connectors. */
export function outdatedLists(): string[] {
  return listedIn.filter((path) => {
    const document = readFileSync(join(root, path), "utf8");
    return withConnectorList(path, document) !== document;
  });
}

if (process.argv[1] === import.meta.filename)
  for (const path of listedIn)
    writeFileSync(join(root, path), withConnectorList(path, readFileSync(join(root, path), "utf8")));
