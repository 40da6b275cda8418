/** A field of which nearly every row has another number: kept as it is, since no two rows would share an entry. */

import { grownLength } from './cell.ts';

export class NumberColumn {
  /** By row; NaN where there is none. */
  values = new Float64Array(0);

  set(row: number, value: number): void {
    if (row >= this.values.length) {
      const longer = new Float64Array(grownLength(this.values.length, row)).fill(Number.NaN);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[row] = value;
  }

  clear(row: number): void {
    if (row < this.values.length) this.values[row] = Number.NaN;
  }
}
