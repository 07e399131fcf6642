import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IndicatorSet } from '@aegis/indicators';
import { Result, SCOPES } from '@aegis/model';
import type { FeedPreview } from '../node/services.ts';
import { type BuildOptions, buildFeed } from './build-feed.ts';
import type { FeedJob } from './feed-job.ts';
import { brokenBecause } from './feed-soundness.ts';

export type PreviewOptions = Pick<FeedJob, 'format' | 'columns' | 'before' | 'guard'> & {
  /** Default: at once. */
  readonly build?: typeof buildFeed;
} & BuildOptions;

/** As many as a feed may ever hold. */
const MOST = 10_000_000;
const SAMPLE = 5;

/** What a list holds and what would be refused, without putting any of it in force. */
export async function previewFeed(
  body: Uint8Array,
  options: PreviewOptions,
): Promise<Result<FeedPreview, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'aegis-preview-'));
  try {
    const path = join(folder, 'body');
    await writeFile(path, body, { mode: 0o600 });
    return await previewFile(path, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same of a file. */
export async function previewFile(
  path: string,
  { build = buildFeed, signal, onProgress, ...job }: PreviewOptions,
): Promise<Result<FeedPreview, string>> {
  const built = await build(
    { ...job, path, confidence: 80, most: MOST },
    { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) },
  );
  if (!built.ok) return built;
  const { memory, summary, changes } = built.value;
  const set = new IndicatorSet(memory);
  const broken = brokenBecause(summary);
  return Result.ok({
    summary,
    indicators: set.size,
    scopes: Object.fromEntries(
      SCOPES.filter((scope) => set.count(scope) > 0).map((scope) => [scope, set.count(scope)]),
    ),
    sample: [...set.rows().take(SAMPLE)].map((row) => `${set.scope(row)} ${set.value(row)}`),
    ...(broken === undefined ? {} : { broken }),
    ...(changes === undefined ? {} : { changes }),
  });
}
