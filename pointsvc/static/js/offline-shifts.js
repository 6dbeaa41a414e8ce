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
    this.ahead = 0;
    this.select.addEventListener("change", () => this.suit());
    this.suit();
  }

  /**
   * The person's choice stays, also when it is none; a list that did not change is left alone, as
   * somebody may be choosing from it.
   * @param {{shifts: object[], ahead_ms: number}} duties
   */
  show({ shifts, ahead_ms: ahead }) {
    this.ahead = ahead;
    const before = this.shifts.size ? this.select.value : null;
    if (JSON.stringify(shifts) === JSON.stringify([...this.shifts.values()])) {
      return;
    }
    this.shifts = new Map(shifts.map((shift) => [shift.id, shift]));
    const options = shifts.map((shift) => new Option(this.label(shift), shift.id));
    this.select.replaceChildren(...options, this.select.querySelector('[value=""]'));
    this.select.value = before === "" || this.shifts.has(before) ? before : this.openNow();
    this.suit();
  }

  /** @returns {Date} this moment by the server's clock, as far as it was heard: phones go wrong */
  now() {
    return new Date(Date.now() + this.ahead);
  }

  /** @param {object} shift */
  label({ starts_at: from, kind, place, span }) {
    const today = new Date().toDateString() === new Date(from).toDateString();
    return [today ? "" : from.slice(MONTH_AT, DAY_LENGTH), span, place, kind].filter(Boolean).join(" · ");
  }

  /** @returns {string} the shift that takes scans at this hour, else the next one, else none */
  openNow() {
    const now = this.now().getTime();
    const coming = [...this.shifts.values()].filter((shift) => now <= Date.parse(shift.ends_at));
    const open = coming.find((shift) => now >= Date.parse(shift.starts_at) - EARLY_MS);
    return (open ?? coming[0])?.id ?? "";
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
