/** Media types of an Accept header in their order, small letters, without parameters; those weighted 0 are left out. */
export function acceptedTypes(accept: string): string[] {
  return accept
    .toLowerCase()
    .split(",")
    .flatMap((one) => {
      const [type = "", ...parameters] = one.split(";").map((part) => part.trim());
      return type === "" || parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [type];
    });
}

const plain = new Set(["application/json", "application/graphql-response+json", "application/*", "*/*"]);

/** Whether an answer as plain JSON is accepted. */
export function acceptsJson(accept: string): boolean {
  return acceptedTypes(accept).some((type) => plain.has(type));
}

/** Whether an event stream is asked for by its name; a wildcard never means one. */
export function acceptsEventStream(accept: string): boolean {
  return acceptedTypes(accept).includes("text/event-stream");
}
