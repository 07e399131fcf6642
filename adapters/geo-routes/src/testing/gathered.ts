import { Prefix } from '@aegis/model';
import type { RouteSink } from '../route-sink.ts';

/** A sink that keeps what it is given as text. */
export interface Gathered extends RouteSink {
  readonly routes: string[];
  unknowns: number;
  readonly mistakes: string[];
}

export function gather(): Gathered {
  return {
    routes: [],
    unknowns: 0,
    mistakes: [],
    route(family, words, length, origin) {
      const [a, b, c, d] = words as unknown as [number, number, number, number];
      this.routes.push(`${Prefix.format({ family, words: [a, b, c, d], length })} ${origin}`);
    },
    unknown() {
      this.unknowns++;
    },
    mistake(what) {
      this.mistakes.push(what);
    },
  };
}
