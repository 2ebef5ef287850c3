/** Requests to the JSON API: cookie session, CSRF token, an idempotency key on every POST, errors with words. */
import { _ } from "./i18n.js";

const TIMEOUT_MS = 20000;

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** What went wrong: `status`, a stable `code`, `message` for people, `data`, and `fields` with `path` and `problem`. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ? _(error.message) : _("The server answered with {status}.", { status }));
    this.status = status;
    this.code = error?.code ?? "http_error";
    this.data = error?.data ?? {};
    this.fields = (error?.fields ?? []).map((field) => ({ ...field, problem: _(field.problem) }));
  }
}

const offline = () => new ApiError(0, { code: "offline", message: _("The server does not answer. Check the connection and try again.") });

/** A name for one attempt; `crypto.randomUUID` is missing where the page came over plain http. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The JSON answer of one request. `body` is sent as JSON, or as it is when it is a FormData or a Blob. */
export async function api(method, path, body, { key } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = meta("csrf-token");
  if (method === "POST") headers["Idempotency-Key"] = key ?? newKey();
  const raw = body instanceof FormData || body instanceof Blob;
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method, headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS),
      body: body === undefined || raw ? body : JSON.stringify(body),
    });
  } catch {
    throw offline();
  }
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer.error);
  return answer;
}
