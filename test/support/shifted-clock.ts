import { readFileSync } from "node:fs";

// Loaded into a process before its program (`node --import`): its clock is wrong by as many milliseconds as a file states, from moment to moment.
// Timers and the steady clock are as they are, as when a person sets the clock of a machine.
const file = process.env.SHIFTED_CLOCK as string;
const RealDate = Date;
let shiftMs = 0;
const read = () => {
  shiftMs = Number(readFileSync(file, "utf8"));
};
read();
setInterval(read, 50).unref();

class ShiftedDate extends RealDate {
  constructor(...values: unknown[]) {
    // A date without arguments is now.
    if (values.length === 0) super(RealDate.now() + shiftMs);
    else super(...(values as [number]));
  }
  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;
