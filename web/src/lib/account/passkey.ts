/** The browser's side of passkeys: whether it can, and its two ceremonies as plain JSON. */
/** As the API's types have it: an object that nobody here looks into. */
export type Json = Record<string, never>;

/** Only a page that has a name and a secure connection may make or use passkeys. */
export const passkeysWork = (): boolean =>
  window.isSecureContext &&
  typeof window.PublicKeyCredential === "function" &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  !/^[\d.]+$|:/.test(location.hostname);

/** Make a passkey; throws what the browser throws when its owner changes their mind. */
export async function makePasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return plain(await navigator.credentials.create({ publicKey }));
}

/** Show a passkey. */
export async function showPasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return plain(await navigator.credentials.get({ publicKey }));
}

/** Whether somebody closed the browser's own window, which is no failure. */
export const changedTheirMind = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");

function plain(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException("no credential", "NotAllowedError");
  return credential.toJSON() as unknown as Json;
}
