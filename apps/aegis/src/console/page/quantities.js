const COUNT = new Intl.NumberFormat('en');

/**
 * @param {number} count
 * @returns {string} `39,019`
 */
export function countText(count) {
  return COUNT.format(count);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 * @returns {string} `1 session`, `2 sessions`
 */
export function counted(count, one, many = `${one}s`) {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/**
 * @param {number} value
 * @returns {string} at most three decimals, `0.972`
 */
export function decimalText(value) {
  return String(Math.round(value * 1_000) / 1_000);
}

/**
 * @param {number} part 0-1
 * @returns {string} `95%`
 */
export function percentText(part) {
  return `${Math.round(part * 100)}%`;
}
