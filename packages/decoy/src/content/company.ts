/** Larkfield Seeds is made up; `.example` belongs to nobody (RFC 2606). */
export const COMPANY: {
  readonly name: string;
  readonly origin: string;
  readonly email: string;
  readonly claim: string;
  readonly address: string;
} = Object.freeze({
  name: 'Larkfield Seeds',
  origin: 'http://www.larkfield.example',
  email: 'hello@larkfield.example',
  claim: 'Open-pollinated vegetable and flower seed, grown and packed on our own four fields since 1974.',
  address: 'Larkfield Seeds, Mill Lane, Little Orford',
});
