/** Small pieces that several panels use. */
import { html } from "./html.js";

const PATHS = {
  won: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z",
  waits: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6v8.8a4.4 4.4 0 0 0 0-8.8Z",
  look: "M8 1.6 15 14H1L8 1.6Zm-.8 4.6v4h1.6v-4H7.2Zm0 5v1.5h1.6v-1.5H7.2Z",
  missing: "M8 1.4 14.6 8 8 14.6 1.4 8 8 1.4Zm0 2.3L3.7 8 8 12.3 12.3 8 8 3.7Z",
  gone: "M2.5 7.2h11v1.6h-11z",
  cross: "m3.6 2.5 4.4 4.4 4.4-4.4 1.1 1.1L9.1 8l4.4 4.4-1.1 1.1L8 9.1l-4.4 4.4-1.1-1.1L6.9 8 2.5 3.6z",
  back: "M6.5 3 2.7 6.8l3.8 3.8 1.1-1.1-1.9-1.9h4.1a2.2 2.2 0 0 1 0 4.4H7v1.6h2.8a3.8 3.8 0 0 0 0-7.6H5.7l1.9-1.9L6.5 3Z",
  pin: "M6 1.5h4l-.5 4 2.5 2V9H8.8v5L8 15.5 7.2 14V9H4V7.5l2.5-2-.5-4Z",
  ring: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8Z",
  plus: "M7.2 2.5h1.6v4.7h4.7v1.6H8.8v4.7H7.2V8.8H2.5V7.2h4.7z",
  bell: "M8 1.5c2.6 0 4.3 1.9 4.3 4.5v2.6l1.4 2.2v.9H2.3v-.9l1.4-2.2V6C3.700 3.400 5.400 1.500 8 1.500Zm-1.700 11.100h3.400a1.700 1.700 0 0 1-3.400 0Z",
  blocked: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13ZM3.100 8a4.900 4.900 0 0 1 7.700-4L4 10.800A4.900 4.900 0 0 1 3.100 8Zm4.900 4.900c-1 0-2-.300-2.800-.900L12 5.200a4.900 4.900 0 0 1-4 7.700Z",
  up: "m8 4.600 5 5-1.100 1.100L8 6.800l-3.900 3.900L3 9.600z",
  down: "m8 11.400-5-5 1.100-1.100L8 9.200l3.900-3.900L13 6.400z",
};

export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
    <path fill="currentColor" fill-rule="evenodd" d=${PATHS[name]} /></svg>`;

/** A word with a shape and a colour: never colour alone. */
export const Chip = ({ tone, icon, children }) => html`
  <span class=${`chip tone-${tone}`}><${Icon} name=${icon} />${children}</span>`;

/** Switch between a few filters. */
export const Segments = ({ label, options, value, onPick }) => html`
  <div class="segments" role="group" aria-label=${label}>
    ${options.map(([id, words, badge]) => html`
      <button key=${id} type="button" aria-pressed=${id === value} onClick=${() => onPick(id)}>
        ${words}${badge ? html`<span class="badge">${badge}</span>` : null}</button>`)}
  </div>`;

/** A search field that Escape empties first and leaves then. */
export const Search = ({ label, value, onInput }) => html`
  <input type="search" class="search" placeholder=${label} aria-label=${label} value=${value} autocomplete="off"
    spellcheck="false" onInput=${(event) => onInput(event.target.value)} onKeyDown=${(event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.target.value) onInput("");
      else event.target.blur();
    }} />`;

/** What went wrong, and another try. */
export const Fault = ({ error, children }) => (error
  ? html`<div class="fault" role="alert"><p>${error.message}
      ${(error.fields ?? []).map((field) => html` ${field.path}: ${field.problem}.`)}</p>${children}</div>` : null);
