import type { PermissionLevel } from "#src/connector-kit/contract/kinds.ts";

/** Everything of a kind, to write: mail, files, the directory, the cloud. Google calls most of them restricted. */
const high =
  /^https:\/\/mail\.google\.com\/|\/auth\/(gmail\.(?!labels|addons|metadata|send)|drive($|\.readonly$|\.metadata|\.activity|\.scripts|\.meet)|admin\.|apps\.|cloud-platform|contacts$|ediscovery|chat\.(?!bot)|cloud-identity|script\.|groups|chrome\.management|androidmanagement)/;
/** The identity of a person, and what an app made itself. */
const low =
  /^(openid|email|profile)$|\/auth\/(userinfo\.|plus\.me|drive\.(file|appdata|install)|.*\.addons|classroom\.profile|user\.(emails|addresses)|games|calendar\.(events\.freebusy|freebusy|settings\.readonly))/;

/** By the furthest-reaching scope. Source: https://developers.google.com/identity/protocols/oauth2/scopes */
export function levelOf(scopes: readonly string[]): PermissionLevel {
  if (scopes.some((scope) => high.test(scope))) return "HIGH";
  return scopes.some((scope) => !low.test(scope)) ? "MEDIUM" : "LOW";
}
