import { ApiProblem } from '../api/api-problem.ts';
import { type Api, createApi, given } from '../api/client.ts';
import type { Me } from '../api/documents.ts';
import { mayPage, PAGES, type PageName } from '../routing/place.ts';

export type Refusal = 'malformed' | 'unknown' | 'nothing' | 'away';

/** Somebody who is signed in, by a cookie that no script can read. */
export interface Reader {
  readonly api: Api;
  readonly me: Me;
  /** What they may look at, in the order of the navigation. */
  readonly pages: readonly PageName[];
}

/** Who is signed in, or nobody; undecided until the node has said. */
class Session {
  reader: Reader | undefined = $state.raw(undefined);
  isKnown: boolean = $state(false);
  /** Why the reader was signed out, until they sign in again. */
  wasRefused: boolean = $state(false);

  constructor() {
    void this.#recall();
  }

  /** What is wrong with the key; undefined where it is good, and taken for a cookie. It is kept nowhere. */
  async signIn(key: string): Promise<Refusal | undefined> {
    // A header takes nothing else, and a key has nothing else.
    if (!/^[!-~]{1,256}$/.test(key)) return 'malformed';
    const api = createApi({ authorization: `Bearer ${key}` });
    try {
      const { permissions } = await given(api.GET('/v1/me'));
      if (!PAGES.some((page) => mayPage(page, permissions))) return 'nothing';
      this.#open(await given(api.POST('/v1/session')));
      return undefined;
    } catch (fault) {
      return fault instanceof ApiProblem && fault.status === 401 ? 'unknown' : 'away';
    }
  }

  /** Ends the cookie, and forgets everything that was shown with it. */
  async signOut(): Promise<void> {
    await this.reader?.api.DELETE('/v1/session').catch(() => undefined);
    this.reader = undefined;
  }

  async #recall(): Promise<void> {
    try {
      this.#open(await given(createApi({}).GET('/v1/me')));
    } catch {
      // Nobody, or the node is away: signing in says which.
    } finally {
      this.isKnown = true;
    }
  }

  #open(me: Me): void {
    const api = createApi({ 'x-aegis-csrf': me.sign_in?.csrf ?? '' }, () => {
      this.wasRefused = true;
      this.reader = undefined;
    });
    this.wasRefused = false;
    this.reader = { api, me, pages: PAGES.filter((page) => mayPage(page, me.permissions)) };
  }
}

export const session: Session = new Session();
