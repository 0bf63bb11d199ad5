import { type Logger, pino } from "pino";

export type Log = Logger;

/** Structured logs on standard error, so that standard output stays for what a command prints. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
