/**
 * Does a task now and again, one at a time, while the page can be seen. A page in the background asks nothing.
 *
 * @param {number} everyMs between the end of one and the beginning of the next
 * @param {() => Promise<void>} task must not throw
 * @returns {() => void} asks for one as soon as possible
 */
export function refreshLoop(everyMs, task) {
  /** @type {number | undefined} */
  let timer;
  let isBusy = false;
  let isWanted = false;

  async function run() {
    clearTimeout(timer);
    isWanted = isBusy;
    if (isBusy || document.hidden) return;
    isBusy = true;
    await task();
    isBusy = false;
    if (isWanted) void run();
    else timer = setTimeout(run, everyMs);
  }

  document.addEventListener('visibilitychange', run);
  void run();
  return run;
}
