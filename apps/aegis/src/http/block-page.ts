import { readFileSync } from 'node:fs';
import { AegisError } from '@aegis/model';

/** The page that a person sees who is refused; `reference` is what to ask the operator about. */
export type BlockPage = (reference: string) => string;

const MOST_BYTES = 65_536;
const PLACE = '{reference}';

/** In place of the API's: the page may bring its own style and pictures, and nothing that runs or is fetched. */
export const BLOCK_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

const DEFAULT_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Refused</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}code{overflow-wrap:anywhere}</style></head>
<body>
<h1>This request was refused</h1>
<p>If you think it should not have been, tell the operator of this site this reference:</p>
<p><code>${PLACE}</code></p>
<p lang="zh-CN">此请求已被拒绝。如有疑问，请将上面的编号告诉本站管理员。</p>
</body>
</html>
`;

/** The default page where no file is named. Throws AegisError `bad_block_page`. */
export function readBlockPage(file: string): BlockPage {
  const pieces = (file === '' ? DEFAULT_PAGE : templateIn(file)).split(PLACE);
  return (reference) => pieces.join(escaped(reference));
}

/** Whether the client is one that shows pages to people: browsers say so, programs that ask for JSON do not. */
export function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b/i.test(accept.slice(0, 1_024));
}

function templateIn(file: string): string {
  let template: string;
  try {
    template = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AegisError('bad_block_page', `http.block_page: ${(cause as Error).message}`, { cause });
  }
  if (Buffer.byteLength(template) > MOST_BYTES)
    throw new AegisError('bad_block_page', `http.block_page: ${file} is larger than 64 KiB`);
  if (!template.includes(PLACE))
    throw new AegisError(
      'bad_block_page',
      `http.block_page: ${file} has no ${PLACE} for what visitors can ask about`,
    );
  return template;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
