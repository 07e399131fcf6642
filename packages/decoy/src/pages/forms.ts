import { COMPANY } from '../content/company.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { page } from '../response.ts';
import type { Page } from '../visit.ts';

const SHOWN = 100;

export const contact: Page = ({ request, form }) => {
  const name = (form.get('name') ?? '').slice(0, SHOWN);
  const content =
    request.method === 'POST'
      ? html`<h1>Thank you</h1>\n<p>Thank you${name === '' ? '' : `, ${name}`}. We answer within two working days.</p>`
      : html`<h1>Contact</h1>
<p>${COMPANY.address}<br><a href="mailto:${COMPANY.email}">${COMPANY.email}</a></p>
<form action="/contact" method="post">
<p><label>Name <input name="name"></label></p>
<p><label>E-mail <input name="email" type="email"></label></p>
<p><label>Message <textarea name="message" rows="6"></textarea></label></p>
<p><button>Send</button></p>
</form>`;
  return page(200, layout('Contact', content));
};

/** Takes pictures and throws them away. */
export const photos: Page = ({ request }) => {
  const content =
    request.method === 'POST'
      ? html`<h1>Thank you</h1>\n<p>Your picture has arrived and will be shown once somebody has looked at it.</p>`
      : html`<h1>Photo competition</h1>
<p>Send us a picture of what came up. The best one becomes next year's cover.</p>
<form action="/photos" method="post" enctype="multipart/form-data">
<p><input name="photo" type="file"> <input name="title" placeholder="Title"></p>
<p><button>Upload</button></p>
</form>`;
  return page(200, layout('Photo competition', content));
};
