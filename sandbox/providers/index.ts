import type { Provider } from "../provider.ts";

/** Every pretend provider; a host is served by the first that claims it. */
export const providers: Provider[] = [];

// Until all four are written: take those that are there.
for (const [path, name] of [
  ["./github/index.ts", "github"],
  ["./okta/index.ts", "okta"],
  ["./workday/index.ts", "workday"],
  ["./workplace/index.ts", "workplace"],
] as const) {
  try {
    providers.push(((await import(path)) as Record<string, Provider>)[name] as Provider);
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
  }
}
