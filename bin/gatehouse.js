#!/usr/bin/env node
// Runs src/main.ts, with this Node when it is new enough to run TypeScript, otherwise with the one Gatehouse brings.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const [major] = process.versions.node.split(".").map(Number);

if (major >= 24) {
  process.argv[1] = main;
  await import(main);
} else {
  const child = spawn(packagedNode(), [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C in a terminal reaches the child by itself, as the whole group gets it: here it must only not end us first.
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR2"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`gatehouse: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

/** The binary of the `node` package, which npm installed with us. */
function packagedNode() {
  const path = findNode();
  if (path) return path;
  console.error(
    `gatehouse needs Node 24 or newer (this is ${process.version}), and the one it brings is not installed: run \`npm ci\`.`,
  );
  return process.exit(1);
}

function findNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const path = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
