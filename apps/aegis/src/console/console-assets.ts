import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of the console as it is sent. */
export interface ConsoleAsset {
  /** Where it is served: `/console/app.js`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** Strong (RFC 9110 section 8.8.3). */
  readonly etag: string;
}

const FOLDER = join(import.meta.dirname, 'page');
const INDEX = 'index.html';

/** All there is: no path is ever made of what a client asks for. */
export const CONSOLE_FILES: readonly string[] = Object.freeze([
  INDEX,
  'address-details.js',
  'address-search.js',
  'api.js',
  'app.js',
  'attack-techniques.js',
  'attack-words.js',
  'charts.css',
  'console-page.js',
  'decision-book.js',
  'decision-list.js',
  'details.css',
  'drawer.js',
  'element.js',
  'evidence-list.js',
  'follow-decisions.js',
  'frame.css',
  'hour-chart.js',
  'icon.svg',
  'keyed-list.js',
  'lift-dialog.js',
  'links.js',
  'live-decisions.js',
  'node-panel.js',
  'overview.js',
  'quantities.js',
  'ranking.js',
  'refresh-loop.js',
  'request-list.js',
  'rows.css',
  'server-sent-events.js',
  'session-details.js',
  'session-list.js',
  'session-panel.js',
  'sign-in.js',
  'style.css',
  'times.js',
  'troubles.js',
]);

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
});

/** Reads them from disk: once, when the server is built. */
export function loadConsoleAssets(): readonly ConsoleAsset[] {
  return CONSOLE_FILES.map((name) => {
    const bytes = readFileSync(join(FOLDER, name));
    return {
      path: name === INDEX ? '/console' : `/console/${name}`,
      type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      bytes,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    };
  });
}
