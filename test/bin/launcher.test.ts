import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { repository, runNode, startNode } from "../support/process.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse launcher-")));
afterAll(() => rmSync(folder, { recursive: true }));
const launcher = join(folder, "bin/gatehouse.js");
mkdirSync(join(folder, "src"));
cpSync(join(repository, "bin/gatehouse.js"), launcher);
cpSync(join(repository, "package.json"), join(folder, "package.json"));
symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
writeFileSync(
  join(folder, "src/main.ts"),
  `const args: string[] = process.argv.slice(1);
   console.log(JSON.stringify({ args, version: process.version }));
   if (args[1] === "wait") {
     const alive = setInterval(() => {}, 1000);
     process.once("SIGTERM", () => { console.log("draining"); process.exitCode = 7; clearInterval(alive); });
     console.log("waiting");
   } else process.exitCode = Number(args[1]);`,
);

const oldNode = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })`;

describe.each([
  ["a Node that is new enough", []],
  ["an old Node", ["--import", `data:text/javascript,${encodeURIComponent(oldNode)}`]],
])("gatehouse under %s", (_, nodeArguments) => {
  test("runs the program with its arguments and passes the exit code on", async () => {
    const run = await runNode(launcher, ["3", "two words"], { nodeArguments });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual({
      args: [join(folder, "src/main.ts"), "3", "two words"],
      version: process.version,
    });
    expect(run.code).toBe(3);
  });

  test("passes SIGTERM on and waits", async () => {
    const child = startNode(launcher, ["wait"], { nodeArguments });
    await child.waitFor(/waiting/);
    expect(await child.kill("SIGTERM")).toEqual({ code: 7, signal: null });
    expect(child.output()).toContain("draining");
  });
});
