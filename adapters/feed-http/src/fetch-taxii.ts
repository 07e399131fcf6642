import { createReadStream } from 'node:fs';
import { Result } from '@aegis/model';
import { inTime } from './bounded.ts';
import { FeedFailure, type FeedFault, faultOf } from './feed-fault.ts';
import type { FeedRequest, Validators } from './feed-request.ts';
import { type Fetched, writeAll } from './fetch-list.ts';
import { type Allowance, isObject, readJson } from './read-json.ts';

const MEDIA_TYPE = 'application/taxii+json;version=2.1';
const PAGE = 1_000;
const MOST_PAGES = 100_000;

interface TaxiiDocument {
  readonly document: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

interface Page {
  readonly objects: readonly unknown[];
  readonly more: boolean;
  readonly next: string | undefined;
  /** When the last of these was added (TAXII 2.1 section 3.4): where to go on the next time. */
  readonly addedLast: string | undefined;
}

/**
 * The indicators of a TAXII 2.1 collection, an object a line: those of `before`, the file of the last time, and
 * what was added since. `url` is the collection (`…/collections/<id>/`) or a server's discovery
 * (`…/taxii2/`), of which every collection that can be read is taken.
 */
export async function fetchTaxii(
  request: FeedRequest,
  known: Validators & { readonly before?: string },
  path: string,
): Promise<Result<Fetched, FeedFault>> {
  try {
    return Result.ok(
      await inTime(request, async (timed, progress) => {
        const client = new TaxiiClient(timed, { left: request.maxBytes }, progress);
        // The validator is the time up to which everything has been read.
        const { objects, until } = await client.added(known.etag);
        if (objects.length === 0 && known.before !== undefined) return { modified: false };
        const written = await writeAll(path, lines(known.before, objects));
        if (written.bytes > request.maxBytes)
          throw new FeedFailure('too_large', `it is larger than max_bytes, ${request.maxBytes} bytes`);
        return { modified: true, validators: until === undefined ? {} : { etag: until }, ...written };
      }),
    );
  } catch (error) {
    return Result.err(faultOf(error));
  }
}

class TaxiiClient {
  readonly #request: FeedRequest;
  readonly #allowance: Allowance;
  readonly #progress: () => void;

  constructor(request: FeedRequest, allowance: Allowance, progress: () => void) {
    this.#request = request;
    this.#allowance = allowance;
    this.#progress = progress;
  }

  async added(
    since: string | undefined,
  ): Promise<{ readonly objects: readonly unknown[]; readonly until: string | undefined }> {
    const objects: unknown[] = [];
    let until = since;
    for (const collection of await this.#collections()) {
      let next: string | undefined;
      for (let pages = 0; ; pages++) {
        if (pages >= MOST_PAGES) throw new FeedFailure('broken', 'the server gives pages without end');
        const page = await this.#page(collection, since, next);
        objects.push(...page.objects);
        if (page.addedLast !== undefined && page.addedLast > (until ?? '')) until = page.addedLast;
        if (!page.more) break;
        if (page.next === undefined || page.next === next)
          throw new FeedFailure('broken', 'the server says there is more, and not where');
        next = page.next;
      }
    }
    return { objects, until };
  }

  async #page(collection: string, since: string | undefined, next: string | undefined): Promise<Page> {
    const url = new URL('objects/', collection);
    url.searchParams.set('match[type]', 'indicator');
    url.searchParams.set('limit', String(PAGE));
    if (since !== undefined) url.searchParams.set('added_after', since);
    if (next !== undefined) url.searchParams.set('next', next);
    const { document: envelope, headers } = await this.#json(url.href);
    const objects = envelope.objects ?? [];
    if (!Array.isArray(objects)) throw new FeedFailure('broken', 'the objects of an envelope are no list');
    return {
      objects: objects.filter((each) => isObject(each)),
      more: envelope.more === true,
      next: typeof envelope.next === 'string' ? envelope.next : undefined,
      addedLast: headers.get('x-taxii-date-added-last') ?? undefined,
    };
  }

  /** URLs that end with `/`. */
  async #collections(): Promise<readonly string[]> {
    const start = this.#request.url.replace(/(?:\/objects)?\/*$/, '/');
    if (/\/collections\/[^/]+\/$/.test(start)) return [start];
    const roots = start.endsWith('/collections/')
      ? [start.slice(0, -'collections/'.length)]
      : await this.#roots(start);
    const found: string[] = [];
    for (const root of roots) {
      const { collections } = (await this.#json(new URL('collections/', root).href)).document;
      for (const each of Array.isArray(collections) ? collections : []) {
        if (isObject(each) && each.can_read !== false && typeof each.id === 'string')
          found.push(new URL(`collections/${encodeURIComponent(each.id)}/`, root).href);
      }
    }
    if (found.length === 0) throw new FeedFailure('broken', 'the server has no collection that can be read');
    return found;
  }

  async #roots(discovery: string): Promise<readonly string[]> {
    const { api_roots: roots } = (await this.#json(discovery)).document;
    if (!Array.isArray(roots)) return [discovery];
    const origin = new URL(discovery).origin;
    // Another host would get the credentials of this one.
    return roots
      .map((root) => new URL(`${String(root).replace(/\/*$/, '')}/`, discovery))
      .filter((root) => root.origin === origin)
      .map(({ href }) => href);
  }

  async #json(url: string): Promise<TaxiiDocument> {
    const { document, headers } = await readJson({ ...this.#request, url }, this.#allowance, this.#progress, {
      accept: MEDIA_TYPE,
    });
    if (!isObject(document)) throw new FeedFailure('broken', `${url} is not a TAXII answer`);
    return { document, headers };
  }
}

async function* lines(before: string | undefined, objects: readonly unknown[]): AsyncGenerator<Uint8Array> {
  if (before !== undefined) yield* createReadStream(before) as AsyncIterable<Uint8Array>;
  for (const object of objects) yield Buffer.from(`${JSON.stringify(object)}\n`);
}
