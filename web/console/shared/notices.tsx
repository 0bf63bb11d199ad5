import { X } from "lucide-react";
import { useSyncExternalStore } from "react";

interface Notice {
  id: number;
  kind: "done" | "error";
  text: string;
}

let notices: readonly Notice[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/** Shows a line at the foot of the page. Errors stay until they are closed. */
export function notify(kind: Notice["kind"], text: string): void {
  const id = nextId++;
  set([...notices.slice(-3), { id, kind, text }]);
  if (kind === "done") setTimeout(() => close(id), 5_000);
}

function close(id: number): void {
  set(notices.filter((notice) => notice.id !== id));
}

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ id, kind, text }) => (
        <div key={id} className={`notice notice-${kind}`}>
          <span>{text}</span>
          <button type="button" className="icon-button" aria-label="Close" onClick={() => close(id)}>
            <X size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
