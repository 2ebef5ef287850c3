/** A windowed list: only the rows in sight are in the document, the newest is on top. */
import { ngettext } from "../lib/i18n.js";
import { Component, html } from "./html.js";
import { Heights } from "./heights.js";

const OVERSCAN_PX = 160;
const AT_TOP_PX = 4;
const END_ROWS = 20;
const NUMBER_MS = 400;
const RUSH = 5;

/**
 * Props: rows (oldest first; appended to in place, `shape` changes when it changes otherwise), keyOf, estimate, Row,
 * context, label, empty, onEnd, onOpen, newer (words for so many new rows).
 */
export class WindowedList extends Component {
  constructor(props) {
    super(props);
    this.state = { top: 0, height: 600, frozen: null, active: null };
    this.heights = new Heights(props.estimate);
    this.seen = null;
  }

  componentDidMount() {
    this.sizes = new ResizeObserver((entries) => this.measured(entries));
    for (const row of this.box.querySelectorAll("[data-index]")) this.sizes.observe(row);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box);
    this.number();
  }

  componentWillUnmount() {
    this.observer.disconnect();
    this.sizes.disconnect();
    clearTimeout(this.numbering);
  }

  componentDidUpdate() {
    if (this.wantFocus != null) {
      const row = this.box.querySelector(`[data-key="${CSS.escape(String(this.wantFocus))}"]`);
      this.wantFocus = null;
      row?.focus({ preventScroll: true });
    }
    const { rows, keyOf } = this.props;
    this.seen = rows.length ? keyOf(rows.at(-1)) : null;
    this.numbering ??= setTimeout(() => this.number(), NUMBER_MS);
  }

  /** Tell the rows' places to a screen reader: after a while, since each new row changes them all. */
  number() {
    this.numbering = null;
    const { length } = this.heights;
    for (const row of this.box.querySelectorAll("[data-index]")) {
      row.setAttribute("aria-posinset", length - Number(row.dataset.index));
      row.setAttribute("aria-setsize", length);
    }
  }

  /** A row came into the document or left it. */
  watch(element) {
    this.sizes?.observe(element);
  }

  unwatch(element) {
    this.sizes?.unobserve(element);
  }

  resized() {
    const { clientHeight: height, clientWidth: width } = this.box;
    if (width && width !== this.width) {
      if (this.width) this.again();
      this.width = width;
    }
    if (height && height !== this.state.height) this.setState({ height });
  }

  /** Measure all rows anew: many keep their size when the width changes (a scrollbar comes), and would tell nothing. */
  again() {
    this.heights.reset();
    for (const row of this.box.querySelectorAll("[data-index]")) {
      this.sizes.unobserve(row);
      this.sizes.observe(row);
    }
  }

  /** Take the true heights of rows; keep what is in sight where it is. */
  measured(entries) {
    let [shift, changed] = [0, false];
    for (const { target, borderBoxSize } of entries) {
      const [index, height] = [Number(target.dataset.index), Math.round(borderBoxSize[0].blockSize)];
      if (!height || !target.isConnected || index >= this.heights.length) continue;
      const above = this.heights.top(index) + height < this.box.scrollTop;
      const grown = this.heights.measure(target.dataset.key, index, height);
      changed ||= grown !== 0;
      if (above) shift += grown;
    }
    if (shift) this.box.scrollTop += shift;
    if (changed) this.setState({});
  }

  /** How many rows are shown: all, or those that were there when the reader scrolled away. */
  shownLength() {
    return this.state.frozen == null ? this.props.rows.length : this.find(this.state.frozen, this.props.rows.length) + 1;
  }

  /** The index of a key, the last one if it is not there. */
  find(key, length) {
    const { rows, keyOf } = this.props;
    for (let index = length - 1; key != null && index >= 0; index -= 1) if (keyOf(rows[index]) === key) return index;
    return length - 1;
  }

  onScroll = () => {
    const { rows, keyOf } = this.props;
    const top = this.box.scrollTop;
    const { frozen } = this.state;
    if (top <= AT_TOP_PX) this.setState({ top, frozen: null });
    else this.setState({ top, frozen: frozen ?? (rows.length ? keyOf(rows.at(-1)) : null) });
  };

  toTop = () => {
    this.setState({ frozen: null, active: null });
    this.box.scrollTop = 0;
  };

  /** Move the focus to a row and bring it into sight. */
  focusRow(index) {
    const { rows, keyOf } = this.props;
    if (index < 0 || index >= this.heights.length) return;
    const top = this.heights.top(index);
    const height = this.heights.sums[index + 1] - this.heights.sums[index];
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + height > this.box.scrollTop + this.state.height) {
      this.box.scrollTop = top + height - this.state.height;
    }
    this.wantFocus = keyOf(rows[index]);
    this.setState({ active: this.wantFocus, top: this.box.scrollTop });
  }

  /** Focus the row that has the list's place in the tab order. */
  focus() {
    this.focusRow(this.find(this.state.active, this.heights.length));
  }

  /** A row that was clicked has the list's place in the tab order from then on. */
  onFocusIn = (event) => {
    const key = event.target.closest("[data-index]")?.dataset.key;
    if (key && key !== this.state.active) this.setState({ active: key });
  };

  onKeyDown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.hasAttribute("data-index")) return;
    const length = this.heights.length;
    const now = Number(event.target.dataset.index);
    const page = Math.max(1, Math.floor(this.state.height / this.props.estimate) - 1);
    const moves = {
      ArrowDown: now - 1, j: now - 1, ArrowUp: now + 1, k: now + 1,
      PageDown: Math.max(0, now - page), PageUp: Math.min(length - 1, now + page), Home: length - 1, End: 0,
    };
    if (event.key in moves) {
      event.preventDefault();
      this.focusRow(moves[event.key]);
    } else if (event.key === "Enter" && this.props.onOpen) {
      event.preventDefault();
      this.props.onOpen(this.props.rows[now]);
    }
  };

  /** The indexes to draw, newest first, and the focused row even when it is out of sight. */
  window(length, active) {
    if (!length) return [];
    const { top, height } = this.state;
    const newest = this.heights.at(Math.max(0, top - OVERSCAN_PX));
    const oldest = this.heights.at(Math.min(this.heights.total - 1, top + height + OVERSCAN_PX));
    const indexes = [];
    for (let index = newest; index >= oldest; index -= 1) indexes.push(index);
    if (active > newest) indexes.unshift(active);
    if (active < oldest) indexes.push(active);
    if (oldest < END_ROWS) queueMicrotask(() => this.props.onEnd?.());
    return indexes;
  }

  /** The index of the newest row of the last drawing: what came after it is fresh, unless very much came. */
  seenIndex(length) {
    if (this.seen == null || this.state.frozen != null) return length;
    const { rows, keyOf } = this.props;
    for (let index = length - 1; index >= 0 && index >= length - 1 - RUSH; index -= 1) {
      if (keyOf(rows[index]) === this.seen) return index;
    }
    return length;
  }

  render({ rows, shape, keyOf, Row, context, label, empty, newer }) {
    const length = this.shownLength();
    this.heights.use(rows, shape, length, keyOf);
    const active = this.find(this.state.active, length);
    const seen = this.seenIndex(length);
    const { total } = this.heights;
    return html`
      <div class="vlist">
        ${rows.length > length && html`<button class="newer" onClick=${this.toTop}>
          <span aria-hidden="true">↑</span> ${newer(rows.length - length)}</button>`}
        <div class="vlist-box" ref=${(box) => { this.box = box; }} onScroll=${this.onScroll}
             onKeyDown=${this.onKeyDown} onFocusIn=${this.onFocusIn} role=${length ? "feed" : "region"} aria-label=${label} tabindex=${length ? "-1" : "0"}>
          <div class="vlist-space" style=${{ height: `${total}px` }}>
            <div class="vlist-foot" style=${{ transform: `translateY(${total}px)` }}>
              ${this.window(length, active).map((index) => html`
                <${Row} key=${keyOf(rows[index])} row=${rows[index]} rowKey=${keyOf(rows[index])} index=${index}
                  rise=${this.heights.rise(index)} active=${index === active} held=${index === active && this.state.active != null} list=${this} fresh=${index > seen}
                  ...${context} />`)}
            </div>
          </div>
          ${!length && html`<div class="empty">${empty}</div>`}
        </div>
      </div>`;
  }
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The frame of one row: its place, its focus, and a short glow when it is new. */
export class ListRow extends Component {
  componentDidMount() {
    this.props.list.watch(this.element);
    if (this.props.fresh) this.glow();
  }

  componentDidUpdate(before) {
    if (before.row.status !== this.props.row.status) this.glow();
  }

  componentWillUnmount() {
    this.props.list.unwatch(this.element);
  }

  glow() {
    if (!still.matches) {
      this.element.animate([{ backgroundColor: "var(--glow)" }, { backgroundColor: "transparent" }],
        { duration: 1200, easing: "ease-out" });
    }
  }

  render({ rowKey, index, rise, active, describedBy, label, children, ...rest }) {
    return html`
      <article ref=${(element) => { this.element = element; }} class=${`vrow ${rest.class ?? ""}`}
        style=${{ transform: `translateY(${-rise}px)` }} data-key=${rowKey} data-index=${index}
        tabindex=${active ? "0" : "-1"} aria-label=${label} aria-describedby=${describedBy}
        title=${rest.title}>${children}</article>`;
  }
}

/** Draw a component again only when one of its props is another. */
export function memo(render) {
  return class extends Component {
    shouldComponentUpdate(next) {
      for (const key in next) if (key !== "fresh" && next[key] !== this.props[key]) return true;
      return false;
    }

    render(props) {
      return html`<${render} ...${props} />`;
    }
  };
}

/** "3 new comments", for the button above a list that stands still. */
export const newComments = (count) => ngettext("{n} new comment", "{n} new comments", count);
export const newClaims = (count) => ngettext("{n} new claim", "{n} new claims", count);
