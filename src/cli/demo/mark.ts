/** Ends the names of instances and policies that are the demo's own, so that the next demo may replace them. */
export const demoMark = " (demo)";
