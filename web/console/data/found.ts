/** The object that `node(id)` has found, of the type that was asked for. Null for an object of another type, or none. */
export function found<Node extends object>(
  node: Node | null | undefined,
  id: string,
): Exclude<Node, Record<PropertyKey, never>> | null {
  return node && "id" in node && node.id === id ? (node as Exclude<Node, Record<PropertyKey, never>>) : null;
}
