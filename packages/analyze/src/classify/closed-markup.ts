/** Markup that makes no sense but in the middle of a page. */
export interface ClosedMarkup {
  readonly indicator: string;
  /** 0-100. */
  readonly confidence: number;
  readonly at: number;
  readonly why: string;
}

/** Four words side by side: a text that was cut out of a page. */
const PROSE = /[a-z]{2} [a-z]{1,16} [a-z]{1,16} [a-z]{2}/;

/** Elements that lead somewhere or ask for something, or that one sees at once; pictures and `<b>` are in every text. */
const ELEMENT =
  /^<(?:a|audio|base|body|button|details|dialog|embed|form|h[1-6]|html|iframe|image|input|link|marquee|math|meta|object|script|select|style|svg|template|textarea|video|x|xss)[\s/>]/;

/** `"><h1>`, `</textarea><h1>`, `--><img`: what the page had opened is closed, and markup of one's own begun. */
export function closedMarkup(lower: string): ClosedMarkup | undefined {
  const first = lower.indexOf('<');
  if (PROSE.test(lower)) return undefined;
  if (
    /^[^\s<>="'`]{0,40}["'`]\s?\/?>$/.test(lower.slice(0, first)) &&
    ELEMENT.test(lower.slice(first, first + 16))
  )
    return {
      indicator: 'markup_breakout',
      confidence: 75,
      at: first,
      why: 'an attribute is closed and markup begun',
    };
  if (
    /^[^<>]{0,40}(?:--|\]\])>\s?$/.test(lower.slice(0, first)) &&
    ELEMENT.test(lower.slice(first, first + 16))
  )
    return {
      indicator: 'markup_breakout',
      confidence: 70,
      at: first,
      why: 'a comment is closed and markup begun',
    };
  if (/^<\/(?:title|textarea|style|script|noscript|noembed|xmp)\s{0,4}>/.test(lower.slice(first)))
    return {
      indicator: 'markup_breakout',
      confidence: 65,
      at: first,
      why: 'an element that holds text only is closed',
    };
  // What follows in the page, up to the next quote, becomes part of the address.
  const dangling = lower.search(
    /<(?:img|a|link|base|form|input|video|audio|source)\b[^<>]{0,60}(?:src|href|action)\s?=\s?["']?(?:https?:)?\/\/[^\s"'<>?]{1,200}\?[^\s"'<>]{0,200}$/,
  );
  return dangling < 0
    ? undefined
    : {
        indicator: 'dangling_markup',
        confidence: 70,
        at: dangling,
        why: 'a tag is left open to swallow what follows in the page',
      };
}
