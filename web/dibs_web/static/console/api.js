/** The calls of one show, as this page needs them. */
import { api } from "../lib/api.js";

const query = (given) => {
  const clean = Object.entries(given).filter(([, value]) => value != null && value !== "" && value !== false);
  return clean.length ? `?${new URLSearchParams(clean)}` : "";
};

/** The calls below `/api/shows/<id>`, and those on buyers. */
export function showApi(showId) {
  const base = `/api/shows/${showId}`;
  const get = (path, given = {}) => api("GET", `${base}${path}${query(given)}`);
  const post = (path, body = {}) => api("POST", `${base}${path}`, body);
  return {
    showId,
    streamAddress: (position) => `${base}/stream${query({ after: position })}`,
    snapshot: () => get("/snapshot"),
    counts: () => get("/counts"),
    comments: (cursor, limit = 200) => get("/comments", { cursor, limit }),
    findComments: (filter) => get("/comments", filter),
    claims: (filter) => get("/claims", filter),
    item: (id) => get(`/items/${id}`),
    buyers: (q) => api("GET", `/api/buyers${query({ q })}`),
    why: (claimId) => get(`/claims/${claimId}/why`),
    run: (verb) => post(`/${verb}`),
    pin: (itemId) => post("/pin", { item_id: itemId }),
    addItems: (items) => post("/items", { items }),
    editItem: (id, change) => api("PATCH", `${base}/items/${id}`, change),
    deleteItem: (id) => api("DELETE", `${base}/items/${id}`),
    reorder: (ids) => post("/items/reorder", { item_ids: ids }),
    award: (id, award) => post(`/items/${id}/award`, award),
    decide: (claimId, verb, more = {}) => post(`/claims/${claimId}/${verb}`, more),
    undo: (entryId) => post("/undo", entryId ? { entry_id: entryId } : {}),
    undoable: () => get("/undo"),
    addStream: (connectionId, where = "") => post("/streams", { connection_id: connectionId, where }),
    chooseLive: (id, where) => post(`/streams/${id}/choose`, { where }),
    retryStream: (id) => post(`/streams/${id}/retry`),
    removeStream: (id) => api("DELETE", `${base}/streams/${id}`),
    practice: () => get("/practice"),
    startPractice: (plan = {}) => post("/practice", plan),
    stopPractice: () => api("DELETE", `${base}/practice`),
    buyer: (id) => api("GET", `/api/buyers/${id}`),
    block: (id, reason) => api("POST", `/api/buyers/${id}/block`, { reason }),
    unblock: (id) => api("POST", `/api/buyers/${id}/unblock`, {}),
    blockedBuyers: (cursor) => api("GET", `/api/buyers${query({ blocked: true, limit: 200, cursor })}`),
  };
}
