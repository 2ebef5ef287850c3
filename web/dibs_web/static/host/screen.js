/** The screen itself: as a whole for this page, and awake. */
import { useEffect, useState } from "../console/html.js";

/** Whether the page fills the screen, and how to change that; null where the browser can't. */
export function useFullScreen() {
  const [full, setFull] = useState(Boolean(document.fullscreenElement));
  useEffect(() => {
    const look = () => setFull(Boolean(document.fullscreenElement));
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const turn = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
  return { full, turn };
}

/** Keep the screen from going dark while the page is in sight; returns how to stop that. */
export function keepAwake() {
  let lock = null;
  const ask = () => {
    if (document.hidden || !navigator.wakeLock) return;
    navigator.wakeLock.request("screen").then((made) => { lock = made; document.documentElement.dataset.awake = "yes"; }, () => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    document.removeEventListener("visibilitychange", ask);
    lock?.release();
  };
}
