import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** One file of the console as it is sent. */
export interface ConsoleAsset {
  /** Where it is served: `/console/assets/index-B1x.js`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** Strong (RFC 9110 section 8.8.3). */
  readonly etag: string;
  /** Its name says its content, so that it never has to be asked for again. */
  readonly isForEver: boolean;
}

/** What the console's build leaves. */
const BUILT: string = join(import.meta.dirname, '../../../console/dist');
const INDEX = 'index.html';

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
});

/**
 * Reads them from disk: once, when the server is built. No path is ever made of what a client asks for. None where
 * the console is not built.
 */
export function loadConsoleAssets(folder: string = BUILT): readonly ConsoleAsset[] {
  const files = filesIn(folder);
  if (!files.includes(INDEX)) return [];
  return files.map((name) => {
    const bytes = readFileSync(join(folder, name));
    return {
      path: name === INDEX ? '/console/' : `/console/${name.split(sep).join('/')}`,
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      bytes,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
      isForEver: name !== INDEX,
    };
  });
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
  } catch {
    return [];
  }
}
