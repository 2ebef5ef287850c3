/** Hooks for lists that look further than what is loaded. */
import { useEffect, useRef, useState } from "./html.js";

const PAUSE_MS = 250;

/** A value that has stood still for a moment. */
export function useSettled(value, ms = PAUSE_MS) {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/**
 * Pages of what `load(filter, cursor)` finds, `{ rows, next }`; none while `filter` is null.
 * @returns {{ rows: object[], busy: boolean, fault: Error|null, more: () => void }}
 */
export function usePages(filter, load) {
  const key = JSON.stringify(filter);
  const [found, setFound] = useState({ key: null, rows: [], next: null, busy: false, fault: null });
  const current = useRef(null);
  const run = async (rows, cursor) => {
    const turn = {};
    current.current = turn;
    setFound({ key, rows, next: null, busy: true, fault: null });
    try {
      const page = await load(filter, cursor);
      if (current.current === turn) setFound({ key, rows: rows.concat(page.rows), next: page.next, busy: false, fault: null });
    } catch (fault) {
      if (current.current === turn) setFound({ key, rows, next: cursor ?? null, busy: false, fault });
    }
  };
  useEffect(() => {
    current.current = null;
    if (filter) run([], null);
  }, [key]);
  const ours = found.key === key && filter ? found : { rows: [], busy: Boolean(filter), next: null, fault: null };
  return { ...ours, more: () => { if (!ours.busy && !ours.fault && ours.next != null) run(ours.rows, ours.next); } };
}
