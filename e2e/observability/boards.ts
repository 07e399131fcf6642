import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness/aegis-process.ts';

/** A query of a panel, as Grafana would send it. */
export interface PanelQuery {
  readonly board: string;
  readonly panel: string;
  readonly expr: string;
}

interface Board {
  readonly title: string;
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const FOLDER = join(ROOT, 'integrations', 'grafana');

/** Every query of every board, with the variables filled in. */
export function panelQueries(): readonly PanelQuery[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const board = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Board;
      return board.panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => ({
          board: board.title,
          panel: title,
          expr: expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'),
        })),
      );
    });
}

/** The names of metrics in an expression, those of a histogram without their ending. */
export function metricsIn(expr: string): readonly string[] {
  return [...expr.matchAll(/\b(?:aegis|firewall)_[a-z0-9_]+/g)].map(([name]) => name.replace(/_bucket$/, ''));
}
