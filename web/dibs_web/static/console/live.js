/** Components that follow the store. */
import { useEffect, useState } from "./html.js";

/** Draw again when one of these parts of the state changed, in this component's turn. */
export function useParts(store, ...parts) {
  const [, draw] = useState(0);
  useEffect(() => {
    const version = () => parts.reduce((sum, part) => sum + store.state.versions[part], 0);
    const redraw = () => draw((now) => now + 1);
    const stop = store.subscribe(version, redraw);
    redraw();
    return stop;
  }, [store, parts.join()]);
  return store.state;
}

/** Draw again every `ms`. */
export function useTick(ms = 1000) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), ms);
    return () => clearInterval(timer);
  }, []);
}

const roomy = matchMedia("(min-width: 1800px)");

/** Whether there is room for all panels side by side. */
export function useWide() {
  const [wide, setWide] = useState(roomy.matches);
  useEffect(() => {
    const look = () => setWide(roomy.matches);
    roomy.addEventListener("change", look);
    return () => roomy.removeEventListener("change", look);
  }, []);
  return wide;
}
