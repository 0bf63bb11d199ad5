import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runNode, startNode } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-process-"));
afterAll(() => rmSync(folder, { recursive: true }));

function script(source: string): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(file, source);
  return file;
}

test("waits for a line, also one that has been written before", async () => {
  const child = startNode(script("console.log('listening on 4100'); setInterval(() => {}, 1000)"));
  expect((await child.waitFor(/listening on (\d+)/))[1]).toBe("4100");
  expect((await child.waitFor(/on (\d)/))[1]).toBe("4");
  expect(await child.kill("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
});

test("says what a process wrote when it ends before the line comes", async () => {
  const child = startNode(script("console.error('no such file'); process.exit(3)"));
  await expect(child.waitFor(/ready/)).rejects.toThrow(/ended \(3\)[\s\S]*no such file/);
});

test("kills a process that ignores the signal", async () => {
  const child = startNode(script("process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"));
  await child.waitFor(/up/);
  expect(await child.kill("SIGTERM", 100)).toEqual({ code: null, signal: "SIGKILL" });
});

test("keeps standard output and standard error apart and passes input on", async () => {
  const file = script("process.stdin.on('data', (d) => process.stdout.write(d)); console.error('aside')");
  expect(await runNode(file, [], { input: "in" })).toEqual({ code: 0, signal: null, stdout: "in", stderr: "aside\n" });
});
