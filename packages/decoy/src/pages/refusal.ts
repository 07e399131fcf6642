import type { DecoyResponse } from '../decoy-message.ts';
import { html } from '../html.ts';
import { page } from '../response.ts';

/** The bare page with which the web server itself refuses. */
export function refusal(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): DecoyResponse {
  const heading = `${status} ${reason}`;
  const document = html`<html>
<head><title>${heading}</title></head>
<body>
<center><h1>${heading}</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`;
  return page(status, document, headers);
}
