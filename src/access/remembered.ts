const maxRemembered = 10_000;

/** Sets a key of a map that strangers can fill. The oldest goes when there are too many: whatever they send, memory stays. */
export function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxRemembered) map.delete(map.keys().next().value!);
}
