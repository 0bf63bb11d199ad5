// Which Sigma rules of a folder can be imported, and do they fire: `node scripts/sigma-coverage.ts <folder>…`. Each rule that is taken over
// is tried on events made from its own values, shaped as its fields say; it must match one of them.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { parseSigma, type SigmaRule } from "#src/detection/sigma/index.ts";
import { InvalidInputError } from "#src/errors.ts";
import { madeEvents } from "./sigma-events.ts";

interface Tally {
  total: number;
  imported: number;
  evaluated: number;
}

const tallies = new Map<string, Tally>();
const reasons: string[] = [];

for (const folder of process.argv.slice(2)) {
  const root = resolve(folder);
  for (const file of globSync("**/*.{yml,yaml}", { cwd: root }).sort())
    count(file, readFileSync(join(root, file), "utf8"));
}
for (const [product, { total, imported, evaluated }] of [...tallies].sort()) {
  const share = ((100 * evaluated) / total).toFixed(1);
  console.log(`${product.padEnd(28)} ${total} rules, ${imported} imported, ${evaluated} of them fire (${share} %)`);
}
for (const reason of reasons) console.log(reason);

function count(file: string, text: string): void {
  const product = productOf(text);
  const tally = tallies.get(product) ?? { total: 0, imported: 0, evaluated: 0 };
  tallies.set(product, tally);
  tally.total++;
  try {
    const { rules, skipped } = parseSigma(text);
    for (const { title, reason } of skipped) reasons.push(`skipped: ${file}: ${title}: ${reason}`);
    if (rules.length === 0) return;
    tally.imported++;
    if (rules.every((rule) => fires(rule, text))) tally.evaluated++;
    else reasons.push(`does not fire: ${file}`);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    reasons.push(`broken: ${file}: ${error.message}`);
  }
}

function fires(rule: SigmaRule, text: string): boolean {
  return rule.connectorSlugs.some((slug) => madeEvents(text, slug).some((activity) => rule.matches(activity)));
}

function productOf(text: string): string {
  const logsource = parseAllDocuments(text)[0]?.toJS()?.logsource ?? {};
  return [logsource.product, logsource.service, logsource.category].filter(Boolean).join("/");
}
