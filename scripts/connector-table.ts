// `npm run docs`: writes the table of apps in docs/connectors.md from the list of connectors.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { scanStreams } from "#src/connector-kit/contract/kinds.ts";
import { connectors } from "#src/connectors/index.ts";

export const connectorDocs = resolve(import.meta.dirname, "../docs/connectors.md");

const begin = "<!-- apps: written by `npm run docs` -->\n";
const end = "<!-- /apps -->\n";

/** The document with the table as the list has it now. Throws when the marks around the table are missing. */
export function withConnectorTable(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/connectors.md has lost its marks: ${begin.trim()} … ${end.trim()}`);
  return document.slice(0, from + begin.length) + connectorTable() + document.slice(to);
}

function connectorTable(): string {
  const coded = connectors.flatMap(({ manifest, code }) => {
    if (!code) return [];
    const reads = scanStreams.filter((stream) => manifest.streams[stream]).map(words);
    const acts = Object.keys(manifest.actions ?? {}).map(words);
    const cells = [
      manifest.name,
      `\`${manifest.slug}\``,
      manifest.lifecycle.toLowerCase(),
      reads.join(", "),
      acts.join(", "),
      manifest.webhooks ?? "",
    ];
    return [`| ${cells.join(" | ")} |`];
  });
  const planned = connectors
    .filter(({ code }) => !code)
    .map(({ manifest }) => `${manifest.name} (\`${manifest.slug}\`)`);
  return `${[
    "| app | slug | state | reads | actions | webhooks |",
    "|---|---|---|---|---|---|",
    ...coded,
    "",
    `Planned, and described in the catalogue already: ${planned.join(", ")}.`,
  ].join("\n")}\n`;
}

const words = (constant: string) => constant.toLowerCase().replaceAll("_", " ").replace("oauth", "OAuth");

if (process.argv[1] === import.meta.filename)
  writeFileSync(connectorDocs, withConnectorTable(readFileSync(connectorDocs, "utf8")));
