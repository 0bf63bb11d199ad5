/**
 * Connection lost or refused, a server that starts or stops, too many connections, a transaction that was idle for too long, and what a retry
 * settles: serialization, deadlock, a lock that was waited for too long.
 */
const passing =
  /^(08...|57P0.|53...|40001|40P01|55P03|25006|25P03|DATABASE_UNAVAILABLE|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/** Whether the database failed in a way that passes by itself, so that the work is to be tried again as it is. */
export function isPassingDatabaseFault(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && passing.test(code)) return true;
  }
  return false;
}
