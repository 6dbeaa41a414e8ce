/** Which shift a scan is for, which way it goes and how many: the form's upper half. */

const EARLY_MS = 30 * 60 * 1000;
const DAY_LENGTH = 10; // 2026-11-26
const MONTH_AT = 5;

export class OfflineShifts {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.select = form.elements.shift;
    this.shifts = new Map();
    this.select.addEventListener("change", () => this.suit());
    this.suit();
  }

  /** @param {{shifts: object[], kept_at: number} | undefined} duties */
  show(duties) {
    const before = this.shifts.has(this.select.value) ? this.select.value : null;
    const touched = before !== null || (this.shifts.size > 0 && this.select.value === "");
    this.shifts = new Map((duties?.shifts ?? []).map((shift) => [shift.id, shift]));
    const options = [...this.shifts.values()].map((shift) => new Option(this.label(shift), shift.id));
    this.select.replaceChildren(...options, this.select.querySelector('[value=""]'));
    this.select.value = touched && (before === null || this.shifts.has(before)) ? (before ?? "") : this.openNow();
    this.suit();
  }

  /** @param {object} shift */
  label({ starts_at: from, kind, place, span }) {
    const today = new Date().toDateString() === new Date(from).toDateString();
    return [today ? "" : from.slice(MONTH_AT, DAY_LENGTH), span, place, kind].filter(Boolean).join(" · ");
  }

  /** @returns {string} the shift that takes scans at this hour, else the next one, else none */
  openNow() {
    const now = Date.now();
    const ahead = [...this.shifts.values()].filter((shift) => now <= Date.parse(shift.ends_at));
    const open = ahead.find((shift) => now >= Date.parse(shift.starts_at) - EARLY_MS);
    return (open ?? ahead[0])?.id ?? "";
  }

  get counts() {
    return this.shifts.get(this.select.value)?.counts ?? "stay";
  }

  get direction() {
    return this.counts === "drop" ? "drop" : this.form.elements.direction.value;
  }

  /** Show what this shift asks for. */
  suit() {
    this.form.querySelector("[data-ways]").hidden = this.counts === "drop";
    for (const line of this.form.querySelectorAll("[data-quantity]")) {
      line.hidden = line.dataset.quantity !== this.counts;
      line.querySelector("input").disabled = line.hidden;
    }
  }

  /** @returns {{direction: string, shift_id: string | null, quantity: number}} */
  chosen() {
    const number = this.form.querySelector("[data-quantity]:not([hidden]) input");
    return {
      direction: this.direction,
      shift_id: this.select.value || null,
      quantity: number ? Number(number.value) || 1 : 1,
    };
  }
}
