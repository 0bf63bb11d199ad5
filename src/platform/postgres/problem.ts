/** The embedded PostgreSQL cannot be used, and what a person can do about it. */
export class EmbeddedPostgresError extends Error {
  readonly code = "EMBEDDED_POSTGRES";
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "EmbeddedPostgresError";
  }
}
