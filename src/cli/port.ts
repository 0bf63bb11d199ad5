import { listeningUrl } from "#src/platform/text.ts";

const giveUpMs = 5_000;

/** What to do about a port that another process listens on: most often it is a Gatehouse that still runs. */
export async function portTaken(host: string, port: number): Promise<string> {
  const url = listeningUrl({ host, port });
  return (await isGatehouse(url).catch(() => false))
    ? `Gatehouse is running at ${url} already. Stop it, or set PORT to a free one.`
    : `Port ${port} is taken by another program. Set PORT to a free one.`;
}

/** Throws when nothing answers. */
export async function isGatehouse(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(giveUpMs) });
  const answer: unknown = response.ok ? await response.json().catch(() => null) : null;
  return typeof answer === "object" && answer !== null && "ok" in answer && answer.ok === true;
}
