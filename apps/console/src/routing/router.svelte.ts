import { hashOf, type PageName, type Place, placeOf } from './place.ts';

/** Where one is, by the part of the address after `#`: no server has to know of it. */
class Router {
  place: Place = $state.raw(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.place = placeOf(location.hash);
    });
  }

  go(page: PageName, name = '', filter: Readonly<Record<string, string>> = {}): void {
    location.hash = hashOf(page, name, filter);
  }

  /** Another filter of this page; no step to go back to. */
  narrow(filter: Readonly<Record<string, string>>): void {
    const { page, name } = this.place;
    location.replace(hashOf(page, name, filter));
  }

  /** From one thing to its page, with its filter. */
  close(): void {
    const { page, filter } = this.place;
    this.go(page, '', filter);
  }
}

export const router: Router = new Router();
