/** The parts of Microsoft 365 that an admin chooses from; without a choice all of them are read. */
export type Component =
  | "users_groups"
  | "management_events"
  | "signin_events"
  | "aad_apps"
  | "o365_activities"
  | "o365_files";

export function isChosen(components: readonly string[], component: Component): boolean {
  return components.length === 0 || components.includes(component);
}

/** For `when` of the manifest. */
export function of(...any: readonly Component[]): (_: unknown, components: readonly string[]) => boolean {
  return (_, components) => any.some((component) => isChosen(components, component));
}
