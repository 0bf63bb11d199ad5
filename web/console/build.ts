// `npm run build`: the console as files in web/dist, which the gateway serves. `--types`: only what the type check needs.
import { join } from "node:path";

const here = import.meta.dirname;
const [flag] = process.argv.slice(2);

if (flag === "--if-installed" && !isInstalled("vite")) {
  // `npm ci --omit=dev`: the files were built before, in the package or an earlier stage of the image.
  console.log("The console is not built: its build tools are development dependencies.");
} else {
  const { writeDocuments } = await import("./documents.ts");
  await writeDocuments();
  if (flag !== "--types") await bundle();
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function bundle(): Promise<void> {
  const { build } = await import("vite");
  // Inherited from a test or a developer's shell, another value would bundle the development build of React.
  process.env.NODE_ENV = "production";
  await build({
    configFile: false,
    root: here,
    base: "/assets/console/",
    logLevel: "warn",
    publicDir: false,
    // JSX is compiled by Vite itself; the console has no use for Babel.
    oxc: { jsx: { runtime: "automatic" } },
    build: {
      outDir: join(here, "../dist"),
      emptyOutDir: true,
      assetsDir: "",
      // The styles use light-dark(), the scripts nothing newer than these browsers know.
      target: ["chrome123", "edge123", "firefox120", "safari17.5"],
      // An image inside a style sheet would need `data:` in the policy for more than images.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      manifest: "manifest.json",
      // "use client" is for frameworks that render on a server.
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
  });
}
