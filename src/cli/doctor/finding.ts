/** One finding of doctor: a line for a person, with what to do if something must be done. */
export interface Finding {
  level: "ok" | "warning" | "problem";
  about: string;
  text: string;
}

export const ok = (about: string, text: string): Finding => ({ level: "ok", about, text });
export const warning = (about: string, text: string): Finding => ({ level: "warning", about, text });
export const problem = (about: string, text: string): Finding => ({ level: "problem", about, text });

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}
