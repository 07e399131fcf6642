import { COMPANY } from './content/company.ts';
import { type Html, html } from './html.ts';

/** Linked from every page where no person sees it, and disallowed in robots.txt. */
export const HIDDEN_PATH = '/trade/price-archive';

/** Whether a request goes where only that link leads. */
export function isHiddenLink(target: string): boolean {
  return target === HIDDEN_PATH || target.startsWith(`${HIDDEN_PATH}?`);
}

export function layout(title: string, main: Html): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} | ${COMPANY.name}</title>
<link rel="stylesheet" href="/assets/site.css">
<link rel="icon" href="/favicon.ico">
<link rel="alternate" type="application/rss+xml" title="Journal" href="/feed.xml">
<script src="/assets/site.js" defer></script>
</head>
<body>
<header>
<a class="brand" href="/">${COMPANY.name}</a>
<nav><a href="/shop">Shop</a> <a href="/journal">Journal</a> <a href="/about">About us</a> <a href="/contact">Contact</a> <a href="/login">Sign in</a></nav>
<form action="/search" method="get" role="search"><input name="q" type="search" placeholder="Search seeds"><button>Search</button></form>
</header>
<main>
${main}
</main>
<footer>
<p>${COMPANY.address} · <a href="/delivery">Delivery</a> · <a href="/photos">Photo competition</a> · <a href="/feed.xml">RSS</a></p>
<p class="archive" aria-hidden="true"><a href="${HIDDEN_PATH}" rel="nofollow" tabindex="-1">Archive</a></p>
</footer>
</body>
</html>`;
}
