/** Passkeys: making one, and proving one. The answers travel in ordinary forms; only the challenges are fetched. */
import { _ } from "../lib/i18n.js";
import { api } from "../lib/api.js";

const possible = () => window.isSecureContext && typeof PublicKeyCredential === "function";

/** The page's address must be the one that passkeys belong to, or a part of it. */
const here = (rp) => location.hostname === rp || location.hostname.endsWith(`.${rp}`);

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

/* An answer as JSON; older browsers have no `toJSON` of their own. */
function asJson(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = Object.fromEntries(parts.filter((name) => response[name]).map((name) => [name, toText(response[name])]));
  return {
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function prove(options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) };
  return asJson(await navigator.credentials.get({ publicKey }));
}

async function make(options) {
  const publicKey = {
    ...options, challenge: toBytes(options.challenge), user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
  return asJson(await navigator.credentials.create({ publicKey }));
}

function why(error) {
  if (error.name === "NotAllowedError") return _("Nothing was chosen, or it took too long. Try again.");
  if (error.name === "InvalidStateError") return _("This device has a passkey for your account already.");
  if (error.name === "SecurityError") return _("Passkeys do not work at this address.");
  return error.message || _("That did not work. Try again.");
}

/** Run `work` when the form's button is pressed, and send the form with what it put there. */
function wire(form, work) {
  const button = form.querySelector("[data-passkey-go]");
  const said = form.querySelector("[data-passkey-said]");
  if (!possible() || !here(form.dataset.rp)) {
    said.textContent = _("Passkeys work only where the address of this page begins with {address}.", { address: form.dataset.rp });
    return false;
  }
  button.disabled = false;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    button.disabled = true;
    said.textContent = _("Follow your browser.");
    try {
      await work(form);
      form.submit();
    } catch (error) {
      if (error.code === "sign_in_too_old") location.assign(form.dataset.confirm);
      said.textContent = why(error);
      button.disabled = false;
    }
  });
  return true;
}

const put = (form, name, value) => { form.elements.namedItem(name).value = value; };

for (const form of document.querySelectorAll("form[data-passkey-alone]")) {
  const ready = wire(form, async () => {
    const { token, options } = await api("POST", "/api/auth/passkey/options");
    put(form, "passkey", JSON.stringify(await prove(options)));
    put(form, "token", token);
  });
  form.hidden = !ready;
}

for (const form of document.querySelectorAll("form[data-passkey-step]")) {
  wire(form, async () => put(form, "passkey", JSON.stringify(await prove(JSON.parse(form.dataset.options)))));
}

for (const form of document.querySelectorAll("form[data-passkey-new]")) {
  wire(form, async () => {
    const { token, options } = await api("POST", "/api/auth/passkeys/options");
    put(form, "passkey", JSON.stringify(await make(options)));
    put(form, "token", token);
  });
}
