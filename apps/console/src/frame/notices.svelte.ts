/** How long a notice stays, ms. */
const STAYS_MS = 6_000;

/** What was just done, told once. */
class Notices {
  text: string = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  tell(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.text = '';
    }, STAYS_MS);
  }
}

export const notices: Notices = new Notices();
