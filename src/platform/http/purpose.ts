/** A token for another audience or person than the client's own: `{ audience: "https://management.app.example" }`, `{ subject: "mira@acme.example" }`. */
export interface TokenPurpose {
  audience?: string;
  subject?: string;
}

/** The same text for the same purpose. */
export function purposeText({ audience, subject }: TokenPurpose): string {
  return JSON.stringify([audience ?? null, subject ?? null]);
}

/** One for each purpose, so that a token which was refused is made again once, by the next caller of `as`. */
export function oncePerPurpose<T>(make: (purpose: TokenPurpose) => T): (purpose: TokenPurpose) => T {
  const made = new Map<string, T>();
  return (purpose) => {
    const key = purposeText(purpose);
    const one = made.get(key) ?? make(purpose);
    made.set(key, one);
    return one;
  };
}

/** The `as` of a client that signs nothing. Asking it is a bug of the caller. */
export function refusePurpose(): never {
  throw new Error(
    "http.as was called on a client that signs nothing: there is no credential to make another token from",
  );
}
