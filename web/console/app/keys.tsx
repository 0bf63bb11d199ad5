import { useEffect, useRef } from "react";

export interface Shortcut {
  /** `?`, `Escape`, `j`, or two keys one after the other: `g a`. */
  keys: string;
  label: string;
  run(event: KeyboardEvent): void;
}

interface Registered {
  group: string;
  shortcuts: () => readonly Shortcut[];
}

const registered = new Set<Registered>();
const pairMs = 1_200;
let first = "";
let firstAt = 0;

/** Shortcuts as long as the component is on the page. They rest while a person types, and while a modal dialog is open. */
export function useShortcuts(group: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const own: Registered = { group, shortcuts: () => latest.current };
    registered.add(own);
    return () => {
      registered.delete(own);
    };
  }, [group]);
}

/** All shortcuts of now, for the map that `?` shows. */
export function shortcutGroups(): { group: string; shortcuts: readonly Shortcut[] }[] {
  return [...registered].map(({ group, shortcuts }) => ({ group, shortcuts: shortcuts() }));
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector(".dialog-overlay")) return;
  const pair = event.timeStamp - firstAt < pairMs ? `${first} ${event.key}` : "";
  const all = [...registered].reverse().flatMap(({ shortcuts }) => shortcuts());
  const found = all.find(({ keys }) => keys === pair) ?? all.find(({ keys }) => keys === event.key);
  first = event.key;
  firstAt = found ? 0 : event.timeStamp;
  if (!found) return;
  event.preventDefault();
  found.run(event);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
