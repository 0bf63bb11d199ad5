// GraphiQL keeps tabs and history in the browser's localStorage, for good. Secrets must not lie there: this storage leaves them out.

const namespace = "graphiql:";

const secretName =
  /secret|passw|passphrase|token|private_?key|api_?key|signing_?key|credential|authorization|assertion/i;
/** What a secret looks like whatever it is called: a PEM block, a private JWK, a JWT, a token of ours or of a provider. */
const secretText =
  /-----BEGIN|"d"\s*:\s*"|\beyJ[\w-]{8,}\.|\b(?:ght_|gh[opsu]_|github_pat_|xox[abp]-|sk_live_|AKIA|SSWS )[\w-]*/;
/** The settings of an app, given as an argument. Which of them are secret only the connector knows: all values are left out. */
const settings = "settings";

/** JSON text of variables without their secrets; what cannot be read as JSON yet and may hold one is left out whole. */
export function variablesWithoutSecrets(text, query = "") {
  if (!text) return text;
  let variables;
  try {
    variables = JSON.parse(text);
  } catch {
    return secretName.test(text) || secretText.test(text) || text.includes(settings) || takesSettings(query)
      ? ""
      : text;
  }
  const bound = [...query.matchAll(/\bsettings\s*:\s*\$(\w+)/g)].map(([, name]) => name);
  const clean = Object(variables) === variables ? blanked(variables, bound) : variables;
  return JSON.stringify(clean) === JSON.stringify(variables) ? text : JSON.stringify(clean, null, 2);
}

function takesSettings(query) {
  return /\bsettings\s*:/.test(query) || /\b(?:connect|enable|update)Instance\b/.test(query);
}

/** The same with an empty text in place of every secret. `names`: variables that are the settings of an app. */
function blanked(value, names = []) {
  if (typeof value === "string") return secretText.test(value) ? "" : value;
  if (Array.isArray(value)) return value.map((item) => blanked(item));
  if (Object(value) !== value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isSecret = name === settings || names.includes(name) || secretName.test(name);
      return [name, isSecret ? emptied(item) : blanked(item)];
    }),
  );
}

function emptied(value) {
  if (Array.isArray(value)) return value.map(emptied);
  if (Object(value) === value)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, emptied(item)]));
  return value === null || typeof value === "boolean" ? value : "";
}

const textLiteral = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"/g;

/** A document without the secrets that are written into it. A document that writes an app's settings out loses all its texts. */
export function documentWithoutSecrets(query) {
  if (!query) return query;
  if (/\bsettings\s*:\s*\{/.test(query)) return query.replace(textLiteral, '""');
  return query
    .replace(/(\b\w+\s*:\s*)("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*")/g, (whole, argument) =>
      secretName.test(argument) ? `${argument}""` : whole,
    )
    .replace(textLiteral, (literal) => (secretText.test(literal) ? '""' : literal));
}

function operationWithoutSecrets(operation) {
  const { query, variables } = operation;
  return {
    ...operation,
    query: documentWithoutSecrets(query),
    variables: variablesWithoutSecrets(variables, query ?? ""),
    headers: null,
  };
}

/** The value of a key as it may be kept; null: not at all. `query` is the document in the editor. */
export function keptValue(key, value, query = "") {
  switch (key.slice(namespace.length)) {
    case "query":
      return documentWithoutSecrets(value);
    case "variables":
      return variablesWithoutSecrets(value, query);
    case "headers":
      return null;
    case "tabState":
    case "queries":
    case "favorites": {
      const kept = parsed(value);
      if (Object(kept) !== kept) return null;
      for (const list of ["tabs", "queries", "favorites"])
        if (Array.isArray(kept[list])) kept[list] = kept[list].map(operationWithoutSecrets);
      return JSON.stringify(kept);
    }
    default:
      return value;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A Storage for GraphiQL over `storage`. What an earlier version kept there is gone through as well. */
export function storageWithoutSecrets(storage) {
  const keys = () =>
    Array.from({ length: storage.length }, (_, n) => storage.key(n)).filter((key) => key?.startsWith(namespace));
  const setItem = (key, value) => {
    const kept = keptValue(key, value, storage.getItem(`${namespace}query`) ?? "");
    if (kept === null) storage.removeItem(key);
    else storage.setItem(key, kept);
  };
  for (const key of keys()) setItem(key, storage.getItem(key));
  return {
    getItem: (key) => storage.getItem(key),
    setItem,
    removeItem: (key) => storage.removeItem(key),
    get length() {
      return keys().length;
    },
    clear() {
      for (const key of keys()) storage.removeItem(key);
    },
  };
}

globalThis.gatehouseStorage = storageWithoutSecrets;
