/** Leaves for the sign-in page, which leads back here. */
export function signInAgain(): void {
  location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** By a form, as the gateway expects it: the browser follows to the sign-in page. */
export function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/signout";
  document.body.append(form);
  form.submit();
}
