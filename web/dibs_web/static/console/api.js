/** Requests to the JSON API: cookie session, CSRF token, errors with a code and words. */

const TIMEOUT_MS = 15000;

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** An answer that is not a success; `code` is stable, `message` is for people. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `The server answered with ${status}.`);
    this.status = status;
    this.code = error?.code ?? "http_error";
    this.data = error?.data ?? {};
    this.fields = error?.fields ?? [];
  }
}

/** No answer at all: the server is away or the network is cut. */
export class OfflineError extends Error {
  constructor() {
    super("The server does not answer. Nothing was changed, as far as this page knows.");
    this.code = "offline";
    this.data = {};
  }
}

async function request(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = meta("csrf-token");
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new OfflineError();
  }
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, answer.error);
  return answer;
}

/** The calls of one show. */
export function showApi(showId) {
  const base = `/api/shows/${showId}`;
  const query = (given) => {
    const clean = Object.entries(given).filter(([, value]) => value != null && value !== "");
    return clean.length ? `?${new URLSearchParams(clean)}` : "";
  };
  return {
    streamAddress: (position) => `${base}/stream${query({ after: position })}`,
    snapshot: () => request("GET", `${base}/snapshot`),
    counts: () => request("GET", `${base}/counts`),
    comments: (before, limit = 200) => request("GET", `${base}/comments${query({ before, limit })}`),
    claims: (filter) => request("GET", `${base}/claims${query(filter)}`),
    item: (id) => request("GET", `${base}/items/${id}`),
    buyers: (q) => request("GET", `${base}/buyers${query({ q })}`),
    why: (claimId) => request("GET", `${base}/claims/${claimId}/why`),
    run: (verb) => request("POST", `${base}/${verb}`, {}),
    pin: (itemId) => request("POST", `${base}/pin`, { item_id: itemId }),
    addItems: (items) => request("POST", `${base}/items`, { items }),
    editItem: (id, change) => request("PATCH", `${base}/items/${id}`, change),
    award: (id, award) => request("POST", `${base}/items/${id}/award`, award),
    decide: (claimId, verb, more = {}) => request("POST", `${base}/claims/${claimId}/${verb}`, more),
  };
}
