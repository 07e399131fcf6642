import { styleText } from 'node:util';

/** Ways to mark text; plain text where there are no colours. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

export function styleFor(colour: boolean): Style {
  const mark = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    strong: mark('bold'),
    faint: mark('dim'),
    good: mark('green'),
    warn: mark('yellow'),
    bad: mark('red'),
    accent: mark('cyan'),
  };
}
