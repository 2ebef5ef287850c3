/** The badge of a practice show, and the simulated audience behind it. */
import { _ } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { html, useEffect, useState } from "./html.js";

const LOOK_MS = 5000;

/** Whether an audience is simulated: asked for now and then, only on a practice show. */
function useAudience(store) {
  const [known, setKnown] = useState(null);
  const practice = Boolean(store.state.show?.practice);
  const look = () => store.api.practice().then(setKnown, () => setKnown(null));
  useEffect(() => {
    if (!practice) return undefined;
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [practice]);
  return [practice, known, look];
}

export function Practice({ store, can }) {
  const [practice, audience, look] = useAudience(store);
  const [busy, setBusy] = useState(false);
  if (!practice) return null;
  const runs = Boolean(audience?.running);
  const turn = async () => {
    setBusy(true);
    try {
      await (runs ? store.api.stopPractice() : store.api.startPractice());
    } catch (error) {
      toast(error.message, { bad: true });
    }
    await look();
    setBusy(false);
  };
  const ended = store.state.show?.status === "ended";
  return html`<span class="badge badge-look practice">${_("Practice")}</span>
    ${can.run && audience && !ended && html`<button type="button" class="small" disabled=${busy} onClick=${turn}>${runs
      ? _("Stop the audience") : _("Start the audience")}</button>`}`;
}
