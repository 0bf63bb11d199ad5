import { useSyncExternalStore } from "react";
import { live } from "../data/client.ts";
import type { LiveState } from "../data/live.ts";

const texts: Record<LiveState, string> = {
  idle: "Connected",
  live: "Live",
  connecting: "Connecting…",
  waiting: "Reconnecting…",
  offline: "Offline",
};

/** Whether changes arrive as they happen. Events of an interruption are caught up afterwards. */
export function ConnectionState() {
  const state = useSyncExternalStore(live.watch, live.state);
  const isDown = state === "waiting" || state === "offline";
  return (
    <div className={`connection connection-${state}`} role="status">
      <span className="connection-dot" aria-hidden="true" />
      {texts[state]}
      {isDown && (
        <button type="button" className="link" onClick={live.retryNow}>
          Retry
        </button>
      )}
    </div>
  );
}
