/** A windowed list: only the rows in sight are in the document, the newest is on top. */
import { Component, html } from "./html.js";
import { Heights } from "./heights.js";

const OVERSCAN_PX = 240;
const AT_TOP_PX = 4;
const END_ROWS = 20;

/**
 * Props: rows (oldest first; appended to in place), version, keyOf, estimate, Row, context, label, empty,
 * onEnd, onOpen, unit (word for "n new").
 */
export class WindowedList extends Component {
  constructor(props) {
    super(props);
    this.state = { top: 0, height: 600, frozen: null, active: null };
    this.heights = new Heights(props.estimate);
    this.seen = null;
  }

  componentDidMount() {
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box);
    this.resized();
    this.measure();
  }

  componentWillUnmount() {
    this.observer.disconnect();
  }

  componentDidUpdate() {
    this.measure();
    if (this.wantFocus != null) {
      const row = this.box.querySelector(`[data-key="${CSS.escape(String(this.wantFocus))}"]`);
      this.wantFocus = null;
      row?.focus({ preventScroll: true });
    }
    const { rows, keyOf } = this.props;
    this.seen = rows.length ? keyOf(rows.at(-1)) : null;
  }

  resized() {
    const { clientHeight: height, clientWidth: width } = this.box;
    if (width && width !== this.width) {
      this.width = width;
      this.heights.reset();
    }
    if (height) this.setState({ height });
  }

  /** Take the true heights of what is drawn; keep what is in sight where it is. */
  measure() {
    let [shift, changed] = [0, false];
    for (const element of this.box.querySelectorAll("[data-index]")) {
      const index = Number(element.dataset.index);
      const height = element.offsetHeight;
      if (!height || index >= this.heights.length) continue;
      const above = this.heights.top(index) + height < this.box.scrollTop;
      const grown = this.heights.measure(element.dataset.key, index, height);
      changed ||= grown !== 0;
      if (above) shift += grown;
    }
    if (shift) this.box.scrollTop += shift;
    if (changed) this.setState({});
  }

  /** How many rows are shown: all, or those that were there when the reader scrolled away. */
  shownLength() {
    const { rows, keyOf } = this.props;
    if (this.state.frozen == null) return rows.length;
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      if (keyOf(rows[index]) === this.state.frozen) return index + 1;
    }
    return rows.length;
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

  activeIndex(length) {
    const { rows, keyOf } = this.props;
    if (this.state.active == null) return length - 1;
    for (let index = length - 1; index >= 0; index -= 1) {
      if (keyOf(rows[index]) === this.state.active) return index;
    }
    return length - 1;
  }

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
    this.focusRow(this.activeIndex(this.heights.length));
  }

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
  window(length) {
    if (!length) return [];
    const { top, height } = this.state;
    const newest = this.heights.at(Math.max(0, top - OVERSCAN_PX));
    const oldest = this.heights.at(Math.min(this.heights.total - 1, top + height + OVERSCAN_PX));
    const indexes = [];
    for (let index = newest; index >= oldest; index -= 1) indexes.push(index);
    const active = this.activeIndex(length);
    if (active > newest) indexes.unshift(active);
    if (active < oldest) indexes.push(active);
    if (oldest < END_ROWS) queueMicrotask(() => this.props.onEnd?.());
    return indexes;
  }

  /** The index of the newest row of the last drawing: what came after it is fresh. */
  seenIndex(length) {
    const { rows, keyOf } = this.props;
    if (this.seen == null || this.state.frozen != null) return length;
    for (let index = length - 1; index >= 0 && index > length - 60; index -= 1) {
      if (keyOf(rows[index]) === this.seen) return index;
    }
    return length;
  }

  render({ rows, keyOf, Row, context, label, empty, unit }) {
    const length = this.shownLength();
    this.heights.use(rows, length, keyOf);
    const indexes = this.window(length);
    const active = length ? this.activeIndex(length) : -1;
    const unseen = rows.length - length;
    const seen = this.seenIndex(length);
    return html`
      <div class="vlist">
        ${unseen > 0 && html`<button class="newer" onClick=${this.toTop}>
          <span aria-hidden="true">↑</span> ${unseen} new ${unseen === 1 ? unit : `${unit}s`}</button>`}
        <div class="vlist-box" ref=${(box) => (this.box = box)} onScroll=${this.onScroll}
             onKeyDown=${this.onKeyDown} role="feed" aria-label=${label} tabindex=${length ? "-1" : "0"}>
          <div class="vlist-space" style=${{ height: `${this.heights.total}px` }}>
            ${indexes.map((index) => html`
              <${Row} key=${keyOf(rows[index])} row=${rows[index]} rowKey=${keyOf(rows[index])} index=${index}
                top=${this.heights.top(index)} active=${index === active} position=${length - index} size=${length}
                fresh=${index > seen} ...${context} />`)}
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
    if (this.props.fresh) this.glow();
  }

  componentDidUpdate(before) {
    if (before.row.status !== this.props.row.status) this.glow();
  }

  glow() {
    if (!still.matches) {
      this.element.animate([{ backgroundColor: "var(--glow)" }, { backgroundColor: "transparent" }],
        { duration: 1200, easing: "ease-out" });
    }
  }

  render({ rowKey, index, top, active, position, size, describedBy, label, children, ...rest }) {
    return html`
      <article ref=${(element) => (this.element = element)} class=${`vrow ${rest.class ?? ""}`}
        style=${{ transform: `translateY(${top}px)` }} data-key=${rowKey} data-index=${index}
        tabindex=${active ? "0" : "-1"} aria-posinset=${position} aria-setsize=${size}
        aria-label=${label} aria-describedby=${describedBy} title=${rest.title}>${children}</article>`;
  }
}

/** Draw a component again only when one of its props is another. */
export function memo(render) {
  return class extends Component {
    shouldComponentUpdate(next) {
      for (const key in next) if (next[key] !== this.props[key]) return true;
      return false;
    }

    render(props) {
      return html`<${render} ...${props} />`;
    }
  };
}
