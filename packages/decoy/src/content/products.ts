export interface Product {
  readonly id: number;
  readonly name: string;
  readonly category: 'vegetables' | 'herbs' | 'flowers' | 'tools';
  /** In pence. */
  readonly price: number;
  readonly stock: number;
  readonly text: string;
}

export const PRODUCTS: readonly Product[] = [
  {
    id: 1,
    name: 'Tomato Orford Early',
    category: 'vegetables',
    price: 245,
    stock: 412,
    text: 'Bush tomato for cool summers. Small red fruit from mid July; needs no side-shooting.',
  },
  {
    id: 2,
    name: 'Runner Bean Mill Lane White',
    category: 'vegetables',
    price: 310,
    stock: 188,
    text: 'White-seeded and nearly stringless. Sow from May, two seeds to a cane.',
  },
  {
    id: 3,
    name: 'Leek Long Fen',
    category: 'vegetables',
    price: 220,
    stock: 530,
    text: 'A slender winter leek that stands until April in all but the hardest frosts.',
  },
  {
    id: 4,
    name: 'Beetroot Candle',
    category: 'vegetables',
    price: 195,
    stock: 671,
    text: 'Cylindrical roots that slice evenly, for the jar or the oven.',
  },
  {
    id: 5,
    name: 'Basil Broad Green',
    category: 'herbs',
    price: 185,
    stock: 340,
    text: 'The old kitchen basil. Sow indoors from March and pinch out early.',
  },
  {
    id: 6,
    name: 'Flat Parsley',
    category: 'herbs',
    price: 175,
    stock: 299,
    text: 'Slow to come up, then generous for eighteen months. Soak the seed overnight.',
  },
  {
    id: 7,
    name: 'Chives',
    category: 'herbs',
    price: 165,
    stock: 502,
    text: 'Perennial, with purple flowers that bees work from May on.',
  },
  {
    id: 8,
    name: 'Cornflower Harvest Blue',
    category: 'flowers',
    price: 190,
    stock: 455,
    text: 'Sow in September for tall plants in June; cut often and it goes on for weeks.',
  },
  {
    id: 9,
    name: 'Sweet Pea Evening Mix',
    category: 'flowers',
    price: 285,
    stock: 96,
    text: 'Scented, on long stems. Twenty seeds of at least six colours.',
  },
  {
    id: 10,
    name: 'Poached Egg Plant',
    category: 'flowers',
    price: 170,
    stock: 388,
    text: 'Yellow and white, low, and full of hoverflies: plant it beside the beans.',
  },
  {
    id: 11,
    name: 'Hand Dibber, Ash',
    category: 'tools',
    price: 1250,
    stock: 41,
    text: 'Turned from coppiced ash, with depth marks at one, two and four inches.',
  },
  {
    id: 12,
    name: 'Seed Envelopes (50)',
    category: 'tools',
    price: 650,
    stock: 120,
    text: 'Plain brown paper, gummed, for saving your own.',
  },
];

export const CATEGORIES: readonly Product['category'][] = ['vegetables', 'herbs', 'flowers', 'tools'];

export function priceText(product: Product): string {
  return `£${(product.price / 100).toFixed(2)}`;
}
