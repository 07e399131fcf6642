import { COMPANY } from '../content/company.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';

export const about: Page = () =>
  page(
    200,
    layout(
      'About us',
      html`<h1>About us</h1>
<p>${COMPANY.claim}</p>
<p>We are five people, two barns and a germination shed. Read <a href="/journal/fifty-years-of-four-fields">how it began</a> and <a href="/journal/the-germination-shed">how we test</a>, or have a look at <a href="/shop">what we grow</a>.</p>`,
    ),
  );

export const delivery: Page = () =>
  page(
    200,
    layout(
      'Delivery',
      html`<h1>Delivery</h1>
<p>Seed goes out by second-class post within three working days, free above £20. Tools go by carrier.</p>
<p>Questions? <a href="/contact">Write to us</a>.</p>`,
    ),
  );
