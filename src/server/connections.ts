import type { Duplex } from "node:stream";

export interface ConnectionLimits {
  /** Connections on which nobody has been authenticated yet: in all, and from one address. */
  newcomers: number;
  newcomersPerAddress: number;
  perViewer: number;
}

/** Who holds connections. */
export interface Connections {
  /** `address`: null for a proxy before us, which many share. */
  enter(socket: Duplex, address: string | null): void;
  /** A request began on it. */
  touch(socket: Duplex): void;
  /** A viewer was authenticated on it, and it counts as theirs from now on. False when they have too many. */
  claim(socket: Duplex, owner: string): boolean;
  leave(socket: Duplex): void;
}

/**
 * There is room for so many newcomers. When it is full the one that has waited the longest gives way, so that a caller with a valid
 * credential always gets in. One that sends a request counts as new again.
 */
export function createConnections(limits: ConnectionLimits): Connections {
  /** In the order of their last request. */
  const newcomers = new Map<Duplex, string | null>();
  const byAddress = new Map<string, Set<Duplex>>();
  const owners = new Map<Duplex, string>();
  const counts = new Map<string, number>();

  function add(socket: Duplex, address: string | null): void {
    newcomers.set(socket, address);
    if (address === null) return;
    const same = byAddress.get(address);
    if (same) same.add(socket);
    else byAddress.set(address, new Set([socket]));
  }

  function remove(socket: Duplex): void {
    const address = newcomers.get(socket);
    if (!newcomers.delete(socket) || address == null) return;
    const same = byAddress.get(address)!;
    same.delete(socket);
    if (same.size === 0) byAddress.delete(address);
  }

  function cut(socket: Duplex): void {
    remove(socket);
    socket.destroy();
  }

  return {
    enter(socket, address) {
      add(socket, address);
      const same = address === null ? undefined : byAddress.get(address);
      if (same && same.size > limits.newcomersPerAddress) cut(same.values().next().value!);
      else if (newcomers.size > limits.newcomers) cut(newcomers.keys().next().value!);
    },
    touch(socket) {
      const address = newcomers.get(socket);
      if (address === undefined) return;
      remove(socket);
      add(socket, address);
    },
    claim(socket, owner) {
      if (owners.has(socket) || socket.destroyed) return true;
      const count = counts.get(owner) ?? 0;
      if (count >= limits.perViewer) return false;
      remove(socket);
      owners.set(socket, owner);
      counts.set(owner, count + 1);
      return true;
    },
    leave(socket) {
      remove(socket);
      const owner = owners.get(socket);
      if (owner === undefined) return;
      owners.delete(socket);
      const count = counts.get(owner)! - 1;
      if (count > 0) counts.set(owner, count);
      else counts.delete(owner);
    },
  };
}
