import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { connectors } from "#src/connectors/index.ts";

const root = resolve(import.meta.dirname, "../..");

/** Where an app may be named, and why. */
const allowed: readonly { file: RegExp; text: RegExp; reason: string }[] = [
  {
    file: /./,
    text: /https:\/\/(github\.com|aws\.amazon\.com|learn\.microsoft\.com)\/[^\s)]+/g,
    reason: "a document that is the source of what stands there",
  },
  {
    file: /./,
    text: /AWS_ASSUME_ROLE|customer's AWS account/g,
    reason: "a kind of authorization in the API, called after the one provider that has it",
  },
  {
    file: /^src\/connector-kit\/sigv4\.ts$/,
    text: /AWS |Aws(?=Keys|Scope|\()|docs\.aws\.amazon\.com/g,
    reason: "a way to sign requests, called after the one provider that has it",
  },
  {
    file: /^src\/(inventory\/enrichment\/networks|detection\/anomalies\/fact)\.ts$/,
    text: /\bmicrosoft: |Amazon, Microsoft, Google/g,
    reason: "owners of networks, and the tag of an address",
  },
  {
    file: /^src\/inventory\/enrichment\/user-agent\.ts$/,
    text: /aws-(cli|sdk)/g,
    reason: "programs, by what they call themselves",
  },
  {
    file: /^src\/inspection\/detectors\/.+\.ts$/,
    text: /.+/g,
    reason: "credentials and documents, by the provider that issues them",
  },
  {
    file: /^src\/access\/audit\.ts$/,
    text: /github_pat_/g,
    reason: "a secret, by how it begins, wherever somebody pastes it",
  },
  {
    file: /^scripts\/sigma-events\.ts$/,
    text: /"arn:aws:[^"]+"/g,
    reason: "what regular expressions in Sigma rules are made to find",
  },
];

/** Slugs and names of the apps, and of the families that share a folder. */
function appNames(): string[] {
  const families = readdirSync(join(root, "src/connectors")).flatMap((name) => /^_(.+)/.exec(name)?.[1] ?? []);
  return [...connectors.flatMap(({ manifest }) => [manifest.slug, manifest.name]), ...families];
}

/** As a word, or as a part of an identifier: `okta`, `oktaUser`, `OKTA_DOMAIN`, `ofOkta`. */
function namePattern(names: readonly string[]): RegExp {
  const forms = names.flatMap((name) => [name.toLowerCase(), name.toUpperCase(), capitalised(name), name]);
  const any = (list: readonly string[]) => [...new Set(list)].sort((a, b) => b.length - a.length).join("|");
  const lower = any(forms.filter((form) => /^[a-z]/.test(form)));
  const upper = any(forms.filter((form) => /^[A-Z]/.test(form)));
  return new RegExp(`(?:(?<![A-Za-z0-9])(?:${lower})|(?<![A-Z0-9])(?:${upper}))(?![a-z0-9])`, "g");
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

function namesIn(file: string, source: string, pattern: RegExp): string[] {
  const rest = allowed
    .filter((one) => one.file.test(file))
    .reduce((text, one) => text.replace(one.text, (found) => " ".repeat(found.length)), source);
  return rest
    .split("\n")
    .flatMap((line, index) => (line.match(pattern) ?? []).map((name) => `${file}:${index + 1} names ${name}`));
}

test("an app is named in its own folders and the lists only", () => {
  const pattern = namePattern(appNames());
  const files = globSync("{src,schema,jobs,db,sandbox,scripts,test/support}/**/*.{ts,js,sql,html,css,md}", {
    cwd: root,
  })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !/^(src\/connectors|sandbox\/providers)\//.test(file));
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((file) => namesIn(file, readFileSync(join(root, file), "utf8"), pattern))).toEqual([]);
});

test("every allowed name is still there", () => {
  for (const { file, text, reason } of allowed) {
    const files = globSync("{src,schema,jobs,db,sandbox,scripts,test/support}/**/*.ts", { cwd: root });
    const found = files.some((path) => file.test(path) && readFileSync(join(root, path), "utf8").search(text) >= 0);
    expect(found, reason).toBe(true);
  }
});

test.each([
  ["const crm = 1", 1],
  ["crmUser, ofCrm, CRM_DOMAIN, acme.crm.example", 4],
  ["google-drive and Google Drive", 2],
  ["scrm, crmx, CRMs, Acrmatic", 0],
])("%s names an app %i times", (line, times) => {
  expect(namesIn("src/some.ts", line, namePattern(["crm", "CRM", "google-drive", "Google Drive"]))).toHaveLength(times);
});
