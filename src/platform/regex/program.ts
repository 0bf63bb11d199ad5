import { type Assertion, type CharacterTest, type Node, UnsupportedExpression } from "./parse.ts";

export const maxRegexLength = 2_000;
const maxStates = 4_000;

/** One state: takes a character and goes on to the next state, holds only in a place, splits, or is the end. */
export type State =
  | { kind: "character"; test: CharacterTest }
  | { kind: "assertion"; assertion: Assertion }
  | { kind: "split"; to: number[] }
  | { kind: "found" };

/** Thompson's construction. Throws UnsupportedExpression. */
export function compile(root: Node): State[] {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= maxStates) throw new UnsupportedExpression("a regular expression counts to too much");
    return states.push(state) - 1;
  };
  let written = 0;
  function write(node: Node): void {
    // Empty groups that are counted make no state, but work.
    if (++written > 4 * maxStates) throw new UnsupportedExpression("a regular expression counts to too much");
    if (node.kind === "sequence") for (const part of node.parts) write(part);
    else if (node.kind === "choice") {
      const split = { kind: "split" as const, to: [] as number[] };
      add(split);
      const jumps: { to: number[] }[] = [];
      for (const option of node.options) {
        split.to.push(states.length);
        write(option);
        const jump = { kind: "split" as const, to: [] as number[] };
        add(jump);
        jumps.push(jump);
      }
      for (const jump of jumps) jump.to.push(states.length);
    } else if (node.kind === "repeat") {
      for (let count = 0; count < node.min; count++) write(node.part);
      if (node.max === Infinity) {
        const split = { kind: "split" as const, to: [] as number[] };
        const start = add(split);
        split.to.push(states.length);
        write(node.part);
        add({ kind: "split", to: [start] });
        split.to.push(states.length);
        return;
      }
      const splits: { to: number[] }[] = [];
      for (let count = node.min; count < node.max; count++) {
        const split = { kind: "split" as const, to: [] as number[] };
        add(split);
        split.to.push(states.length);
        splits.push(split);
        write(node.part);
      }
      for (const split of splits) split.to.push(states.length);
    } else add(node);
  }
  write(root);
  add({ kind: "found" });
  return states;
}
