/** Pictures of items that come from stock: asked for once, and again when an item comes on that nobody knew. */
import { useEffect, useState } from "../console/html.js";
import { api } from "../lib/api.js";

const known = new Map();

/** The address of the item's picture, or null. */
export function usePicture(showId, item) {
  const id = item?.batch_id ? item.item_id : null;
  const [, look] = useState(0);
  useEffect(() => {
    if (!id || known.has(id)) return;
    api("GET", `/shows/${showId}/pictures`).then(({ pictures }) => {
      known.set(id, null);
      for (const [item_id, url] of Object.entries(pictures)) known.set(item_id, url);
      look((count) => count + 1);
    }, () => {});
  }, [id]);
  return known.get(id) ?? null;
}
