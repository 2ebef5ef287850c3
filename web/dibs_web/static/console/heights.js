/** Where rows of unequal height lie in a list whose newest row (the last of the array) is on top. No DOM. */
export class Heights {
  constructor(estimate) {
    this.estimate = estimate;
    this.measured = new Map();
    this.sums = new Float64Array(1024);
    this.valid = 0;
    this.rows = null;
  }

  /** Say which rows are shown; appending to the same array of the same shape costs only the new ones. */
  use(rows, shape, length, keyOf) {
    if (rows !== this.rows || shape !== this.shape) this.valid = 0;
    Object.assign(this, { rows, shape });
    if (this.sums.length <= length) {
      const grown = new Float64Array(Math.max(length + 1, this.sums.length * 2));
      grown.set(this.sums);
      this.sums = grown;
    }
    for (let index = this.valid; index < length; index += 1) {
      this.sums[index + 1] = this.sums[index] + (this.measured.get(keyOf(rows[index])) ?? this.estimate);
    }
    this.valid = Math.max(this.valid, length);
    this.length = length;
  }

  /** Forget all measured heights, because the width changed. */
  reset() {
    this.measured.clear();
    this.valid = 0;
  }

  /** Note a height; returns by how much the row grew against what was assumed. */
  measure(key, index, height) {
    const before = this.measured.get(key) ?? this.estimate;
    if (before === height && this.measured.has(key)) return 0;
    this.measured.set(key, height);
    const grown = height - before;
    if (grown) for (let above = index + 1; above <= this.valid; above += 1) this.sums[above] += grown;
    return grown;
  }

  get total() {
    return this.sums[this.length];
  }

  /** How far a row is from the top of the list. */
  top(index) {
    return this.total - this.sums[index + 1];
  }

  /** How far the upper edge of a row is from the foot of the list: new rows on top leave it as it is. */
  rise(index) {
    return this.sums[index + 1];
  }

  /** The index of the row at a distance from the top. */
  at(offset) {
    const wanted = this.total - offset;
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sums[middle + 1] < wanted) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, this.length - 1);
  }
}
