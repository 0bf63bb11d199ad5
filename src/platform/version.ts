import manifest from "../../package.json" with { type: "json" };

/** Of this Gatehouse: shown on pages, by `--version` and in the User-Agent. */
export const version: string = manifest.version;
