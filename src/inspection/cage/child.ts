/**
 * The program in the cage: reads files from its standard input, inspects them, and writes results to its standard output. It holds no secret
 * but the keys of exact data, may read nothing but its own code, and is killed without notice.
 */
import { registerHooks } from "node:module";
import { compileDetectors, type DetectorSet } from "../detector-set.ts";
import { builtInDetectors } from "../detectors/index.ts";
import { inspectBytes } from "../inspect.ts";
import { type Frame, FrameReader, frameKinds, frameOf, jsonFrame } from "./frames.ts";
import type { BeginMessage, DetectorsMessage } from "./messages.ts";

// Everything is loaded before the first byte of a file arrives; afterwards nothing more is.
await Promise.all([import("unpdf"), import("unpdf/pdfjs"), import("word-extractor"), import("postal-mime")]);
closeTheNetwork();

/** Node's permission model leaves the network open; nothing that reads files needs it. */
function closeTheNetwork(): void {
  const closed =
    /^(?:node:)?(?:net|tls|dgram|dns|http|https|http2|child_process|worker_threads|cluster|inspector)(?:\/|$)/;
  registerHooks({
    resolve(specifier, context, next) {
      if (closed.test(specifier)) throw new Error(`${specifier} is closed to the reader of files.`);
      return next(specifier, context);
    },
  });
  const { getBuiltinModule } = process;
  process.getBuiltinModule = ((name: string) => (closed.test(name) ? undefined : getBuiltinModule(name))) as never;
  for (const name of ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"]) Reflect.deleteProperty(globalThis, name);
}

let detectors: DetectorSet | null = null;
let file: { about: BeginMessage; pieces: Buffer[] } | null = null;
const frames = new FrameReader(64 * 1024 * 1024);
let work: Promise<void> = Promise.resolve();

async function handle({ kind, content }: Frame): Promise<void> {
  if (kind === frameKinds.detectors) {
    const { builtIn, custom } = JSON.parse(content.toString("utf8")) as DetectorsMessage;
    const chosen = builtIn ? builtInDetectors.filter(({ slug }) => builtIn.includes(slug)) : builtInDetectors;
    detectors = compileDetectors(chosen, custom);
  } else if (kind === frameKinds.begin) file = { about: JSON.parse(content.toString("utf8")), pieces: [] };
  else if (kind === frameKinds.data) file?.pieces.push(Buffer.from(content));
  else if (kind === frameKinds.abandon) file = null;
  else if (kind === frameKinds.end && file && detectors) {
    const { about, pieces } = file;
    file = null;
    const inspection = await inspectBytes(Buffer.concat(pieces), about, detectors, about.limits);
    for (const part of jsonFrame(frameKinds.result, inspection)) process.stdout.write(part);
  }
}

process.stdin.on("data", (chunk: Buffer) => {
  for (const frame of frames.read(chunk)) work = work.then(() => handle(frame));
});
process.stdin.on("end", () => process.exit(0));
for (const part of frameOf(frameKinds.ready)) process.stdout.write(part);
