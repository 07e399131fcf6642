import type { Bench } from './result.ts';

export const bench: Bench = async () => [];
