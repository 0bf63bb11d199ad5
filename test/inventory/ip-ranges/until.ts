import { setTimeout as sleep } from "node:timers/promises";

/** Looks again until it is so. */
export async function until(look: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(20)) if (await look()) return;
  throw new Error(`waited ${timeoutMs / 1000} s in vain`);
}
