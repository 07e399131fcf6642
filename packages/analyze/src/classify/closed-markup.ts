/** Markup that makes no sense but in the middle of a page. */
export interface ClosedMarkup {
  readonly indicator: string;
  /** 0-100. */
  readonly confidence: number;
  readonly at: number;
  readonly why: string;
}

/** `"><b>`, `</textarea><h1>`, `--><img`: what the page had opened is closed, and markup of one's own begun. */
export function closedMarkup(lower: string): ClosedMarkup | undefined {
  const first = lower.indexOf('<');
  if (/^[^\s<>=]{0,40}["'`]\s?\/?>$/.test(lower.slice(0, first)) && /^<[a-z!]/.test(lower.slice(first)))
    return {
      indicator: 'markup_breakout',
      confidence: 75,
      at: first,
      why: 'an attribute is closed and markup begun',
    };
  if (/^[^<>]{0,40}(?:--|\]\])>\s?<[a-z]/.test(lower.slice(0, 48)))
    return {
      indicator: 'markup_breakout',
      confidence: 70,
      at: first,
      why: 'a comment is closed and markup begun',
    };
  if (
    /^<\/(?:title|textarea|style|script|noscript|noembed|xmp|template|select|option)\s{0,4}>/.test(
      lower.slice(first),
    )
  )
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
