/** Who draws in which frame: with much to do one panel after the other, so that no frame has to draw them all. */

const ENOUGH_MS = 5;

export class Turns {
  constructor() {
    this.waiting = [];
  }

  add(version, draw) {
    const one = { version, draw, seen: version() };
    this.waiting.push(one);
    return () => { this.waiting = this.waiting.filter((other) => other !== one); };
  }

  /**
   * Draw until this frame, which began at `began`, has had enough; whoever waited longest is first.
   * @returns {Promise<boolean>} whether somebody is left for the next frame
   */
  async draw(began) {
    const due = this.waiting.filter((one) => one.version() !== one.seen);
    for (const [index, one] of due.entries()) {
      if (index && performance.now() - began > ENOUGH_MS) return true;
      this.waiting = [...this.waiting.filter((other) => other !== one), one];
      one.seen = one.version();
      one.draw();
      await null; // the view library draws in a microtask of its own: what it took is known after that
    }
    return false;
  }
}
