/**
 * How to read a log. Choose by what the provider offers:
 * - it names where to go on (a next link that never ends, a stream position): `followCursor`;
 * - it is asked for spans of time, page by page, and its events have ids: `followTime`;
 * - it is asked for windows of time that it counts, or its rows have no ids: `followWindows`, with `numberRows`;
 * - several of these are one stream: `mergeLogs`.
 */
export { type CursorLog, followCursor } from "./log/follow-cursor.ts";
export { followTime, type Sweep, type TimeLog } from "./log/follow-time.ts";
export { followWindows, type WindowLog } from "./log/follow-windows.ts";
export { type MergedLog, mergeLogs } from "./log/merge-logs.ts";
export { hashOf, numberRows, type Row } from "./log/rows-without-ids.ts";
export { readWindows, type Window, type WindowPage, type WindowReader } from "./log/windows.ts";
