/** The one door to the vendored view library. */
export {
  h, html, render, Component, createContext,
  useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useContext,
} from "../vendor/preact-htm.js";
