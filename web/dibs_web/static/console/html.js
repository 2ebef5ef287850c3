/** The one door to the vendored view library. */
import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

export { Component, createContext, render } from "../vendor/preact.js";
export {
  useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState,
} from "../vendor/preact-hooks.js";

/** Markup as a tagged template; text in it is always text, never markup. */
export const html = htm.bind(h);
