import type { ServerResponse } from "node:http";
import type { Viewer } from "#src/access/viewer.ts";
import type { Member } from "#src/realtime/group.ts";
import { eventsOf, type SharedPayload } from "./frames.ts";
import type { Live, LiveSubscription } from "./live.ts";

/** Writes what all receive onto one event stream, until it ends. Rejects with what the subscription fails with. */
export function tellEvents(
  live: Live,
  asked: LiveSubscription,
  stream: {
    viewer: Viewer;
    response: ServerResponse;
    signal: AbortSignal;
    /** Resolve when the other end has taken what was written, or is given up. */
    write(events: Buffer): Promise<void>;
    drained(): Promise<void>;
    mostWaiting: number;
  },
): Promise<void> {
  const { viewer, response, signal } = stream;
  return new Promise((resolve, reject) => {
    const member: Member<SharedPayload> & { isOver: boolean } = {
      viewer,
      seen: asked.seen,
      isOver: false,
      offer(payload) {
        if (response.destroyed) return true;
        if (response.writableLength > stream.mostWaiting) return false;
        if (!response.write(eventsOf(payload))) void stream.drained();
        return true;
      },
      send: (payload) => (member.isOver ? Promise.resolve() : stream.write(eventsOf(payload))),
      drained: stream.drained,
      fail(error) {
        leave();
        reject(error);
      },
    };
    let group: { leave(member: Member<SharedPayload>): void } | null = null;
    const leave = () => {
      if (member.isOver) return;
      member.isOver = true;
      group?.leave(member);
    };
    const end = () => {
      leave();
      resolve();
    };
    group = live.fanOut.join(asked.operation, member, asked.beginning as never);
    // It may have failed at once.
    if (member.isOver) group.leave(member);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
