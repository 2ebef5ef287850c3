/** The calls of the API that the pages of staff make. */
import { api } from "./kit.js";

/** A query string of what is given, empty if nothing is. */
export function query(given) {
  const clean = Object.entries(given).filter(([, value]) => value != null && value !== "" && value !== false);
  return clean.length ? `?${new URLSearchParams(clean)}` : "";
}

/** Sessions and the people they may be with. */
export const sessions = {
  list: (filter) => api("GET", `/api/live-sessions${query(filter)}`),
  create: (wanted) => api("POST", "/api/live-sessions", wanted),
  customers: (q) => api("GET", `/api/customers${query({ q, limit: 8 })}`),
  carts: (showId) => api("POST", `/api/shows/${showId}/carts`, {}),
};

/** The calls below `/api/live-sessions/<id>`. */
export function sessionCalls(id) {
  const base = `/api/live-sessions/${id}`;
  const post = (path, body = {}) => api("POST", `${base}${path}`, body);
  return {
    id,
    read: () => api("GET", base),
    streamAddress: (position) => `${base}/stream${query({ after: position })}`,
    edit: (change) => api("PATCH", base, change),
    run: (verb, body) => post(`/${verb}`, body),
    add: (line) => post("/lines", line),
    change: (lineId, change) => api("PATCH", `${base}/lines/${lineId}`, change),
    remove: (lineId) => api("DELETE", `${base}/lines/${lineId}`),
    confirmPrice: (lineId) => post(`/lines/${lineId}/confirm-price`),
    withdraw: (lineId) => post(`/lines/${lineId}/withdraw-agreement`),
    override: (price) => api("PUT", `${base}/override`, price),
    dropOverride: (which) => api("DELETE", `${base}/override`, which),
    answer: (proposalId, verb, body) => post(`/proposals/${proposalId}/${verb}`, body),
    checkoutAnswered: () => post("/checkout-answered"),
    convert: (how) => post("/convert", how),
    offers: (filter) => api("GET", `/api/live-offers${query({ ...filter, session_id: id })}`),
    access: (customerId) => api("POST", `/api/customers/${customerId}/access`, {}),
  };
}

/** What the warehouse fetches. */
export const picking = {
  read: () => api("GET", "/api/pick-list"),
  streamAddress: (position) => `/api/pick-list/stream${query({ after: position })}`,
  picked: (lineId, picked) => api("POST", `/api/pick-list/${lineId}/picked`, { picked }),
};
