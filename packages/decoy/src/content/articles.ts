export interface Article {
  readonly slug: string;
  readonly title: string;
  readonly author: string;
  /** ISO 8601 day. */
  readonly day: string;
  readonly summary: string;
  readonly paragraphs: readonly string[];
  /** Product ids that the article speaks of. */
  readonly products: readonly number[];
}

/** Newest first. */
export const ARTICLES: readonly Article[] = [
  {
    slug: 'what-we-learned-from-a-dry-spring',
    title: 'What we learned from a dry spring',
    author: 'Ruth Pell',
    day: '2025-09-14',
    summary: 'Seven weeks without rain, and which of the trial beds did not mind.',
    paragraphs: [
      'From the end of March to the third week of May the gauge by the packing shed stayed empty. We watered seedlings and nothing else.',
      'Leeks stood still and then caught up. Beetroot sown in April bolted, the same seed sown in May did not. The beans on the low field never noticed.',
      'Next year the April sowings go into the low field, and half of the May ones wait for rain.',
    ],
    products: [3, 4, 2],
  },
  {
    slug: 'saving-your-own-bean-seed',
    title: 'Saving your own bean seed',
    author: 'Tom Asher',
    day: '2025-08-02',
    summary: 'Leave one cane alone, wait for the rattle, and shell on a dry day.',
    paragraphs: [
      'Beans pollinate themselves well enough that two rows apart will do. Choose the cane whose pods you would rather have eaten, and leave it alone.',
      'When the pods are pale and rattle, bring them in. Shell them once they snap, and spread the seed on paper for a fortnight.',
      'A paper envelope in a tin keeps them for four years. Write the year on it: you will not remember.',
    ],
    products: [2, 12],
  },
  {
    slug: 'a-bed-for-hoverflies',
    title: 'A bed for hoverflies',
    author: 'Ruth Pell',
    day: '2025-06-20',
    summary: 'Three flowers that keep greenfly off the beans without any help from us.',
    paragraphs: [
      'Hoverfly larvae eat greenfly by the hundred, but the adults want open flowers with nectar they can reach.',
      'Poached egg plant comes first, cornflower follows and chives fill the gap. Together they flower from April to August.',
    ],
    products: [10, 8, 7],
  },
  {
    slug: 'the-germination-shed',
    title: 'The germination shed',
    author: 'Ines Marlow',
    day: '2025-04-11',
    summary: 'How we test every batch before it goes into a packet.',
    paragraphs: [
      'A hundred seeds of each batch go on damp paper at a steady temperature, and somebody counts them every morning.',
      'Below eighty in a hundred a batch does not leave the shed. Parsley gets three weeks before we judge it.',
    ],
    products: [6],
  },
  {
    slug: 'tomatoes-outdoors',
    title: 'Tomatoes outdoors, this far north',
    author: 'Tom Asher',
    day: '2025-02-27',
    summary: 'Choose a bush variety, start late, and give it the wall you meant for the pear.',
    paragraphs: [
      'The mistake is to sow in February. A plant that has never been checked overtakes one that sat cold on the sill for a month.',
      'We sow in the last week of March, plant out in June and pick from the middle of July.',
    ],
    products: [1],
  },
  {
    slug: 'fifty-years-of-four-fields',
    title: 'Fifty years of four fields',
    author: 'Ines Marlow',
    day: '2024-11-05',
    summary: 'A short history, with the flood, the fire and the good year between them.',
    paragraphs: [
      'Larkfield began with a barn, a borrowed tractor and eleven kinds of seed. There are two hundred and six kinds now, and the tractor is ours.',
      'The low field flooded in 1982 and the shed burned in 1991. In the years between and since, people kept ordering, for which we are grateful.',
    ],
    products: [11],
  },
];
