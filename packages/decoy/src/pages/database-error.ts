import type { DecoyResponse } from '../decoy-message.ts';
import { html } from '../html.ts';
import { page } from '../response.ts';

const SHOWN = 80;

function occursOddly(text: string, character: string): boolean {
  return text.split(character).length % 2 === 0;
}

/** Whether a value put carelessly between quotes into SQL would have broken the statement. */
export function looksUnbalanced(value: string): boolean {
  return occursOddly(value, "'") || occursOddly(value, '"') || value.endsWith('\\');
}

/** The message a careless shop would show. There is no database: it is bait that makes tools dig deeper. */
export function databaseError(value: string): DecoyResponse {
  const from = Math.max(0, value.search(/['"\\]/));
  const near = value.slice(from, from + SHOWN);
  return page(
    500,
    html`<html><head><title>Error</title></head><body>
<b>Fatal error</b>: Uncaught mysqli_sql_exception: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near '${near}' at line 1
</body></html>`,
  );
}
