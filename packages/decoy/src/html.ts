/** Markup that is safe to send as it stands. Also used for XML, which escapes alike. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

function markupOf(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
  if ('markup' in part) return part.markup;
  return part.map((item) => item.markup).join('');
}

/** Template tag. Text put into it is escaped; only other markup goes in as it is. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = literals.reduce((before, literal, i) => before + markupOf(parts[i - 1] as Part) + literal);
  return { markup };
}
