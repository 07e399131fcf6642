/**
 * Shows a list and, when it is shown again, changes only what differs: what has the focus, is selected or is being
 * read stays where it is.
 *
 * @template T
 * @param {Element} parent its children are this list's alone
 * @param {{
 *   readonly key: (item: T) => string,
 *   readonly create: (item: T) => Element,
 *   readonly update?: (element: Element, item: T) => void,
 * }} options `create` is for what stays, `update` for what may differ the next time; it follows `create` too
 * @returns {(items: readonly T[], isSameList?: boolean) => void} what is new in the same list is shown as new; not
 * so in another one, or in more of it
 */
export function keyedList(parent, { key, create, update = () => {} }) {
  /** @type {Map<string, Element>} */
  let shown = new Map();
  return (items, isSameList = true) => {
    /** @type {Map<string, Element>} */
    const next = new Map();
    for (const item of items) {
      const made = shown.get(key(item)) ?? create(item);
      made.classList.toggle('fresh', isSameList && shown.size > 0 && !shown.has(key(item)));
      update(made, item);
      next.set(key(item), made);
    }
    for (const [old, gone] of shown) if (!next.has(old)) gone.remove();
    let here = parent.firstElementChild;
    for (const wanted of next.values())
      if (wanted === here) here = here.nextElementSibling;
      else parent.insertBefore(wanted, here);
    shown = next;
  };
}
